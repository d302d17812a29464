import { Download, Paperclip } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { AttachmentView } from '#contracts';
import { useFormat } from '../../i18n/format.js';

/** Pictures our server vouches for are shown; everything else is a download with its true name and size. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const SHOWN_BYTES = 8_000_000;

export function Attachments({ attachments }: { attachments: AttachmentView[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (attachments.length === 0) return null;
  return (
    <ul aria-label={t('thread.attachments')} className="m-0 mt-2 flex list-none flex-wrap gap-2 p-0">
      {attachments.map((file) => (
        <li key={file.id} className="max-w-full">
          <a
            href={file.url}
            target="_blank"
            rel="noopener noreferrer"
            className="touch flex max-w-72 flex-col justify-center overflow-hidden rounded-md border border-line bg-surface text-sm text-ink no-underline hover:border-line-strong"
          >
            {PICTURES.has(file.contentType) && file.size < SHOWN_BYTES ? (
              <img src={file.url} alt="" loading="lazy" className="max-h-44 w-full object-cover" />
            ) : null}
            <span className="flex items-center gap-2 px-2.5 py-1.5">
              <Paperclip size={14} aria-hidden className="shrink-0 text-faint" />
              <bdi dir="auto" className="min-w-0 truncate">
                {file.name}
              </bdi>
              <span className="tabular shrink-0 text-faint">{format.bytes(file.size)}</span>
              <Download size={14} aria-hidden className="shrink-0 text-faint" />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
