import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { splitQuoted } from './quoted.rules.js';

/** Longer texts are folded at about a screen; nobody scrolls past five thousand words to answer. */
const LONG = 2_400;
const LINKS = /\bhttps?:\/\/[^\s<>"'()]+[^\s<>"'().,;:!?]/g;

export function MessageText({ text }: { text: string }) {
  const { t } = useTranslation();
  const { own, quoted } = useMemo(() => splitQuoted(text), [text]);
  const [whole, setWhole] = useState(false);
  const [quote, setQuote] = useState(false);
  const long = own.length > LONG;
  if (text.trim() === '') return <p className="m-0 text-soft">{t('thread.noText')}</p>;
  return (
    <>
      <div
        dir="auto"
        className={cx('overflow-wrap-anywhere break-words whitespace-pre-wrap', onlyEmoji(own) && 'text-figure')}
      >
        <Linked text={long && !whole ? `${own.slice(0, LONG)}…` : own} />
      </div>
      {long ? (
        <Button look="quiet" className="-ms-2 mt-1" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'thread.showLess' : 'thread.showAll')}
        </Button>
      ) : null}
      {quoted ? (
        <>
          <Button look="quiet" className="-ms-2 mt-1" aria-expanded={quote} onClick={() => setQuote(!quote)}>
            {t('thread.quoted')}
          </Button>
          {quote ? (
            <div dir="auto" className="mt-1 border-s-2 border-line ps-3 break-words whitespace-pre-wrap text-soft">
              <Linked text={quoted} />
            </div>
          ) : null}
        </>
      ) : null}
    </>
  );
}

const onlyEmoji = (text: string) =>
  text.length <= 24 && /^(\p{Extended_Pictographic}|\p{Emoji_Modifier}|[\u200d\ufe0f\s])+$/u.test(text);

/** Web addresses become links; everything else is text and nothing but text. */
function Linked({ text }: { text: string }) {
  const parts: React.ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(LINKS)) {
    parts.push(text.slice(from, match.index));
    parts.push(
      <a
        key={match.index}
        href={match[0]}
        target="_blank"
        rel="noopener noreferrer"
        className="text-accent underline"
        dir="ltr"
      >
        {match[0]}
      </a>,
    );
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return <>{parts}</>;
}
