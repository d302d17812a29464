import { useQueries } from '@tanstack/react-query';
import { CornerUpRight, GitMerge, Link2, ShieldQuestion, Split, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { conversationPath, Link } from '../../router.js';
import { Button } from '../../ui/button.js';
import { titleOf } from '../inbox-list/conversation-line.js';
import { useUnmerge } from './use-joining.js';

const ICONS = { continues: CornerUpRight, claims: ShieldQuestion, merged: GitMerge, split: Split };
/** More would push the messages away; the rest is one press further. */
const SHOWN = 3;

/** The other conversations this one belongs with: what it continues, what was merged into it, what it was split from. */
export function Links({ view }: { view: ConversationView }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const links = view.links.filter((link) => link.conversationId !== view.mergedIntoId);
  const found = useLinked(links.map((link) => link.conversationId));
  const known = links.flatMap((link, index) => (found[index] ? [{ ...link, other: found[index] }] : []));
  if (known.length === 0) return null;
  return (
    <ul
      aria-label={t('links.label')}
      className="m-0 flex shrink-0 list-none flex-wrap items-center gap-x-4 border-b border-line px-4 py-1 text-sm text-soft md:px-5"
    >
      {(all ? known : known.slice(0, SHOWN)).map(({ kind, direction, other }) => {
        const Icon = ICONS[kind] ?? Link2;
        return (
          <li key={`${kind}-${direction}-${other.id}`} className="flex max-w-full min-w-0 items-center gap-1.5">
            <Icon size={14} aria-hidden className="points shrink-0 text-faint" />
            <span className="shrink-0">{t(`links.${kind}.${direction}`)}</span>
            <Link
              href={conversationPath(other.id)}
              className="touch flex min-h-6 min-w-0 items-center text-accent"
              title={titleOf(other)}
            >
              <bdi dir="auto" className="max-w-64 truncate">
                {titleOf(other)}
              </bdi>
            </Link>
          </li>
        );
      })}
      {known.length > SHOWN && !all ? (
        <li>
          <Button look="quiet" className="!min-h-6 !px-1" onClick={() => setAll(true)}>
            {t('links.more', { count: known.length - SHOWN })}
          </Button>
        </li>
      ) : null}
    </ul>
  );
}

/** Nothing is written in a merged conversation any more, but the way on and the way back are one press. */
export function MergedBanner({ view, intoId }: { view: ConversationView; intoId: string }) {
  const { t } = useTranslation();
  const unmerge = useUnmerge();
  const [busy, setBusy] = useState(false);
  const [into] = useLinked([intoId]);
  return (
    <div
      role="status"
      data-merged
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-accent-soft px-4 py-2 text-sm md:px-5"
    >
      <GitMerge size={16} aria-hidden className="shrink-0 text-accent" />
      <p className="m-0 min-w-0 flex-1 basis-52">
        <span>{t('merge.lives')}</span>{' '}
        <Link href={conversationPath(intoId)} className="font-semibold text-accent underline">
          <bdi dir="auto">{into ? titleOf(into) : t('merge.there')}</bdi>
        </Link>
        <span className="block text-soft">{t('merge.livesHint')}</span>
      </p>
      <Button
        disabled={busy}
        onClick={() => {
          setBusy(true);
          void unmerge(view.id).finally(() => setBusy(false));
        }}
      >
        <Undo2 size={14} aria-hidden className="points" />
        {t('merge.undo')}
      </Button>
    </div>
  );
}

/** In the order asked for; what may not be seen, or is gone, is left empty. */
function useLinked(ids: string[]): (ConversationView | undefined)[] {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: ['linked', id],
      queryFn: () => inboxApi.conversation(id),
      staleTime: 30_000,
      retry: false,
    })),
  }).map((query) => query.data);
}
