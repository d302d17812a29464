import DOMPurify from 'dompurify';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.js';
import { guessHeight } from './html.rules.js';

/** The frame has its own wall: nothing is fetched but pictures carried in the page itself. */
const POLICY = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'";
const FOLDED_PX = 460;
/** Larger pictures stay behind their attachment: a data address of that size would freeze the page. */
const INLINE_LIMIT = 3_000_000;

/** HTML mail, sanitised a second time and shown where it can run, load and navigate nothing by itself. */
export default function MailFrame({ html, title }: { html: string; title: string }) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const clean = useMemo(() => sanitise(html), [html]);
  const body = useInlinePictures(clean.body);
  const height = useMemo(() => guessHeight(html), [html]);
  const page = useMemo(() => pageOf(body, t('thread.quoted')), [body, t]);
  return (
    <div className="-mx-1 my-1">
      {clean.remote > 0 ? (
        <p className="mx-1 mt-0 mb-1 text-sm text-soft">{t('thread.remoteImages', { count: clean.remote })}</p>
      ) : null}
      <iframe
        title={title}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        srcDoc={page}
        className="block w-full rounded-sm border-0 bg-[#fff]"
        style={{
          blockSize: whole ? Math.max(height, 640) : Math.min(height, FOLDED_PX),
          maxBlockSize: whole ? '85dvh' : undefined,
        }}
      />
      {height > FOLDED_PX ? (
        <Button look="quiet" className="mt-1" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? 'thread.showLess' : 'thread.showAll')}
        </Button>
      ) : null}
    </div>
  );
}

function sanitise(html: string): { body: string; remote: number } {
  const tree = DOMPurify.sanitize(html, {
    RETURN_DOM: true,
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'iframe',
      'object',
      'embed',
      'base',
      'meta',
      'link',
      'svg',
      'math',
    ],
    FORBID_ATTR: ['srcset', 'ping', 'action', 'formaction'],
  }) as HTMLElement;
  for (const link of tree.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  for (const image of tree.querySelectorAll('img[src]')) {
    const source = image.getAttribute('src') ?? '';
    if (source.startsWith('data:image/') || source.startsWith('/api/v1/')) continue;
    image.removeAttribute('src');
    image.setAttribute('data-remote-src', '');
  }
  fold(tree);
  return { body: tree.innerHTML, remote: tree.querySelectorAll('img[data-remote-src]').length };
}

/** What the mail quotes at its end is folded away; `details` opens without any script. */
function fold(tree: HTMLElement): void {
  const quotes = [...tree.querySelectorAll('blockquote, .gmail_quote')];
  const last = quotes.findLast((quote) => !quote.parentElement?.closest('blockquote, .gmail_quote'));
  if (!last || !last.textContent?.trim()) return;
  if (tree.textContent?.trim() === last.textContent.trim()) return;
  const details = tree.ownerDocument.createElement('details');
  details.append(tree.ownerDocument.createElement('summary'));
  last.replaceWith(details);
  details.append(last);
}

function pageOf(body: string, quoted: string): string {
  const words = document.createElement('i');
  words.textContent = quoted;
  const folded = body.replace('<summary></summary>', `<summary dir="auto">${words.innerHTML}</summary>`);
  const style =
    'html{color-scheme:light}body{margin:10px 12px;font:14px/1.5 system-ui,sans-serif;color:#24211d;background:#fff;overflow-wrap:anywhere}' +
    'img{max-width:100%;height:auto}img:not([src]){display:none}table{max-width:100%}pre{white-space:pre-wrap}a{color:#0f6461}' +
    'blockquote{margin:8px 0;padding-inline-start:12px;border-inline-start:2px solid #ddd;color:#565049}summary{color:#6b645b;cursor:pointer}';
  return (
    `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    `<meta name="referrer" content="no-referrer"><style>${style}</style></head><body dir="auto">${folded}</body></html>`
  );
}

/** Pictures inside the mail: the frame has no identity of its own, so the page fetches them for it. */
function useInlinePictures(body: string): string {
  const [filled, setFilled] = useState(body);
  useEffect(() => {
    let left = false;
    setFilled(body);
    const sources = [...new Set([...body.matchAll(/src="(\/api\/v1\/[^"]+)"/g)].map(([, source]) => source!))];
    void Promise.all(sources.map(async (source) => [source, await pictureOf(source)] as const)).then((pairs) => {
      if (left || pairs.length === 0) return;
      setFilled(
        pairs.reduce((text, [source, data]) => text.replaceAll(`src="${source}"`, data ? `src="${data}"` : ''), body),
      );
    });
    return () => {
      left = true;
    };
  }, [body]);
  return filled;
}

async function pictureOf(source: string): Promise<string | null> {
  const response = await fetch(source.replaceAll('&amp;', '&'), { credentials: 'same-origin' }).catch(() => null);
  if (!response?.ok || !/^image\/(png|jpeg|gif|webp)/.test(response.headers.get('content-type') ?? '')) return null;
  const blob = await response.blob();
  if (blob.size > INLINE_LIMIT) return null;
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => resolve(null);
    reader.readAsDataURL(blob);
  });
}
