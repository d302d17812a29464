import { AlarmClock, ChevronUp, ChevronsUp } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { usePerson } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import { conversationPath, Link } from '../../router.js';
import { belongs } from '../../sync/list.rules.js';
import type { ListFilter } from '../../sync/list.rules.js';
import { useConversation } from '../../sync/store.js';
import { serverNow } from '../../sync/ticker.js';
import { cx } from '../../ui/cx.js';
import { Avatar, ChannelIcon, Chip } from '../../ui/small.js';
import { Countdown } from '../due/countdown.js';
import { useUnread } from './seen.js';

/** Two lines, 60 px: who, where, how long; then what about. */
export const ROW_HEIGHT = 60;

interface RowProps {
  id: string;
  filter: ListFilter;
  meId: string;
  open: boolean;
  search: string;
}

export const Row = memo(function Row({ id, filter, meId, open, search }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const view = useConversation(id);
  const owner = usePerson(view?.assigneeId);
  const unread = useUnread(id, view?.seq ?? 0, Boolean(view?.due)) && !open;
  if (!view) return null;
  const kind = view.channelKinds.at(-1) ?? 'custom';
  const gone = !belongs(filter, view, meId);
  return (
    <Link
      href={conversationPath(id, search)}
      aria-current={open ? 'true' : undefined}
      data-row={id}
      className={cx(
        'flex h-full w-full flex-col justify-center gap-0.5 border-s-[3px] ps-2 pe-3 text-sm no-underline outline-offset-[-2px]',
        open ? 'border-accent bg-accent-soft [&_[data-avatar]]:bg-surface' : 'border-transparent hover:bg-hover',
        gone && 'opacity-60',
      )}
    >
      <span className="flex items-center gap-1.5">
        <span className={cx('size-2 shrink-0 rounded-full', unread ? 'bg-accent' : '')} aria-hidden />
        <bdi dir="auto" className={cx('min-w-0 truncate', unread ? 'font-semibold text-ink' : 'font-medium text-ink')}>
          {view.customer.displayName}
        </bdi>
        {unread ? <span className="sr-only">{t('row.unread')}</span> : null}
        <ChannelIcon kind={kind} label={t(`channels.${kind}`)} />
        <Priority value={view.priority} />
        <span className="ms-auto flex items-center gap-2 ps-1">
          {view.due ? (
            <Countdown due={view.due} />
          ) : view.snoozedUntil ? (
            <span className="tabular flex items-center gap-1 text-faint">
              <AlarmClock size={12} aria-hidden />
              {format.when(view.snoozedUntil, serverNow())}
            </span>
          ) : (
            <span className="tabular text-faint">{format.when(view.lastMessageAt, serverNow())}</span>
          )}
          {owner ? (
            <Avatar name={owner.name} size={20} title={t('row.owner', { name: owner.name })} />
          ) : (
            <span className="inline-block w-5 text-center text-faint" title={t('row.noOwner')}>
              <span aria-hidden>–</span>
              <span className="sr-only">{t('row.noOwner')}</span>
            </span>
          )}
        </span>
      </span>
      <span className="flex items-center gap-1.5 ps-3.5 text-soft">
        <span dir="auto" className="min-w-0 flex-1 truncate [text-align:-webkit-match-parent]">
          {view.subject ? <span className="text-ink">{view.subject}</span> : null}
          {view.subject && view.preview ? <span className="text-faint"> · </span> : null}
          {view.preview}
        </span>
        {view.tags.slice(0, 1).map((tag) => (
          <Chip key={tag} className="max-w-24 shrink-0">
            <bdi className="truncate">{tag}</bdi>
          </Chip>
        ))}
      </span>
    </Link>
  );
});

/** Only what stands out is marked; the shape says it, the word is there for screen readers. */
export function Priority({ value }: { value: string }) {
  const { t } = useTranslation();
  if (value !== 'high' && value !== 'urgent') return null;
  const Icon = value === 'urgent' ? ChevronsUp : ChevronUp;
  return (
    <Icon size={14} role="img" aria-label={t(`priority.${value}`)} className="shrink-0 text-ink" strokeWidth={2.5} />
  );
}
