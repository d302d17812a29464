import { ArrowLeft, PanelRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { Link } from '../../router.js';
import { IconButton } from '../../ui/button.js';
import { usePhone } from '../../ui/media.js';
import { ChannelIcon } from '../../ui/small.js';
import { Priority } from '../inbox-list/row.js';
import { AssignMenu } from './assign-menu.js';
import { MoreMenu } from './more-menu.js';
import { ResolveButton } from './resolve-button.js';
import { SnoozeMenu } from './snooze-menu.js';
import { Tags } from './tags.js';

interface HeaderProps {
  view: ConversationView;
  onBack: () => void;
  /** Shows the customer beside or instead; null where the panel always stands. */
  onPanel: (() => void) | null;
}

export function ThreadHeader({ view, onBack, onPanel }: HeaderProps) {
  const { t } = useTranslation();
  const phone = usePhone();
  // Work goes on where it was merged into.
  const merged = view.mergedIntoId !== null;
  return (
    <header className="@container shrink-0 border-b border-line">
      <div className="flex min-h-12 items-center gap-1.5 ps-2 pe-2 md:ps-5 md:pe-3">
        {phone ? (
          <IconButton label={t('thread.back')} onClick={onBack}>
            <ArrowLeft size={18} aria-hidden className="points" />
          </IconButton>
        ) : null}
        {phone ? (
          // On a phone the name is the way to the customer; there is no room for a button of its own.
          <h1 className="m-0 min-w-0 text-lg font-semibold">
            <button type="button" onClick={onPanel ?? undefined} className="touch block max-w-full truncate text-start">
              <bdi dir="auto">{view.customer.displayName}</bdi>
            </button>
          </h1>
        ) : (
          <>
            <h2 className="m-0 min-w-16 truncate text-lg font-semibold">
              <Link
                href={`/customers/${encodeURIComponent(view.customer.id)}`}
                className="text-ink no-underline hover:underline"
              >
                <bdi dir="auto">{view.customer.displayName}</bdi>
              </Link>
            </h2>
            <span className="hidden items-center gap-1.5 @md:flex">
              {view.channelKinds.map((kind) => (
                <ChannelIcon key={kind} kind={kind} label={t(`channels.${kind}`)} />
              ))}
            </span>
          </>
        )}
        <Priority value={view.priority} />
        <div className="ms-auto flex items-center gap-1">
          {merged ? null : <AssignMenu view={view} />}
          {view.status === 'resolved' ? null : <SnoozeMenu view={view} />}
          <MoreMenu view={view} />
          {onPanel && !phone ? (
            <IconButton label={t('thread.customer')} onClick={onPanel}>
              <PanelRight size={16} aria-hidden className="points" />
            </IconButton>
          ) : null}
          {merged ? null : <ResolveButton view={view} />}
        </div>
      </div>
      <div className="flex min-h-8 items-center gap-2 px-4 pb-1.5 text-sm text-soft md:px-5">
        <p
          dir="auto"
          className="m-0 min-w-0 truncate [text-align:-webkit-match-parent] text-ink"
          title={view.subject ?? undefined}
        >
          {view.subject ?? <span className="text-faint">{t('thread.noSubject')}</span>}
        </p>
        <Tags view={view} />
      </div>
    </header>
  );
}
