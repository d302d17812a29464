import { Paperclip, SendHorizontal, StickyNote } from 'lucide-react';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelView } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { Button, IconButton } from '../../ui/button.js';
import { segmentsOf } from './segments.rules.js';

interface FooterProps {
  note: boolean;
  text: string;
  channel: ChannelView | undefined;
  ready: boolean;
  onSubmit: () => void;
  onFiles: (files: FileList) => void;
}

export function ComposerFooter({ note, text, channel, ready, onSubmit, onFiles }: FooterProps) {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div className="flex items-center gap-2 px-2 pb-2">
      {note ? null : (
        <>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label={t('composer.attach')}
            onChange={(event) => {
              if (event.target.files) onFiles(event.target.files);
              event.target.value = '';
            }}
          />
          <IconButton label={t('composer.attach')} onClick={() => picker.current?.click()}>
            <Paperclip size={16} aria-hidden />
          </IconButton>
        </>
      )}
      {!note && channel?.kind === 'sms' && text ? <SmsCost text={text} /> : null}
      <Button
        look={note ? 'note' : 'primary'}
        className="ms-auto"
        disabled={!ready}
        onClick={onSubmit}
        title={note ? 'Ctrl+Shift+Enter' : 'Ctrl+Enter'}
      >
        {note ? <StickyNote size={14} aria-hidden /> : <SendHorizontal size={14} aria-hidden className="points" />}
        {t(note ? 'composer.saveNote' : 'composer.send')}
      </Button>
    </div>
  );
}

/** Long before the bill: how many text messages these words are, and when an e-mail would be kinder. */
const MANY = 3;

function SmsCost({ text }: { text: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { units, segments, encoding } = segmentsOf(text);
  return (
    <span className="tabular min-w-0 truncate text-sm text-soft">
      {t('composer.segments', { count: segments, units: format.number(units), encoding })}
      {segments > MANY ? ` · ${t('composer.longSms')}` : ''}
    </span>
  );
}
