import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../../api/problem.js';
import { conversationPath, navigate } from '../../router.js';
import { watch } from '../../sync/connection.js';
import { closeThread, openThread } from '../../sync/resync.js';
import { useConversation, useThread } from '../../sync/store.js';
import { Button } from '../../ui/button.js';
import { HeadingLevel } from '../../ui/heading.js';
import { usePhone, useWide } from '../../ui/media.js';
import { Bar, Empty } from '../../ui/small.js';
import { Composer } from '../composer/composer.js';
import { CustomerPanel } from '../customer/customer-panel.js';
import { markSeen } from '../inbox-list/seen.js';
import { useCommand } from '../shortcuts/keys.js';
import { Links, MergedBanner } from './links.js';
import { Presence } from './presence.js';
import { ThreadHeader } from './thread-header.js';
import { Timeline } from './timeline.js';
import { WaitBar } from './wait-bar.js';

/** One conversation: what it is, what was said, what to answer, and beside it who it is about. */
export function ConversationPane({ id }: { id: string }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const wide = useWide();
  const view = useConversation(id);
  const thread = useThread(id);
  const [failure, setFailure] = useState<'missing' | 'failed' | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [panel, setPanel] = useState(false);

  useEffect(() => {
    let left = false;
    setFailure(null);
    openThread(id).catch((error: unknown) => {
      if (!left) setFailure(isProblem(error) && error.status === 404 ? 'missing' : 'failed');
    });
    const unwatch = watch(id);
    return () => {
      left = true;
      closeThread(id);
      unwatch();
    };
  }, [id, attempt]);

  const lastSeq = thread?.messages.at(-1)?.seq ?? 0;
  useEffect(() => {
    const read = () => document.visibilityState === 'visible' && markSeen(id, Math.max(lastSeq, 0));
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [id, lastSeq]);

  const back = () => (panel ? setPanel(false) : navigate(conversationPath(null)));
  useCommand('back', back);

  if (failure) {
    return (
      <div className="flex-1">
        <Empty
          whole={phone}
          title={t(failure === 'missing' ? 'thread.missing' : 'thread.failed')}
          action={
            failure === 'missing' ? (
              <Button onClick={back}>{t('app.toInbox')}</Button>
            ) : (
              <Button onClick={() => setAttempt(attempt + 1)}>{t('common.tryAgain')}</Button>
            )
          }
        >
          {t(failure === 'missing' ? 'thread.missingHint' : 'thread.failedHint')}
        </Empty>
      </div>
    );
  }
  const showPanel = wide || panel;
  return (
    <HeadingLevel value={phone ? 2 : 3}>
      {phone && panel ? null : (
        <section aria-label={t('thread.label')} className="relative flex h-full min-w-0 flex-1 flex-col bg-surface">
          {view ? (
            <ThreadHeader view={view} onBack={back} onPanel={wide ? null : () => setPanel(!panel)} />
          ) : (
            <HeadSkeleton />
          )}
          {view?.mergedIntoId ? <MergedBanner view={view} intoId={view.mergedIntoId} /> : null}
          {view && view.links.length > 0 ? <Links view={view} /> : null}
          {view?.due ? <WaitBar key={view.due.waitId} due={view.due} view={view} /> : null}
          {view && thread?.status === 'ready' ? <Timeline view={view} thread={thread} /> : <ThreadSkeleton />}
          <Presence id={id} />
          {view && !view.mergedIntoId ? <Composer key={id} view={view} seenSeq={lastSeq} /> : null}
        </section>
      )}
      {view && showPanel ? (
        <CustomerPanel view={view} onClose={wide ? null : () => setPanel(false)} overlay={!wide && !phone} />
      ) : null}
    </HeadingLevel>
  );
}

const HeadSkeleton = () => (
  <div className="flex h-[5.25rem] flex-col justify-center gap-2.5 border-b border-line px-5">
    <Bar className="w-40" />
    <Bar className="w-72" />
  </div>
);

/** The shape of a conversation, after 300 ms only: what comes sooner needs no announcement. */
function ThreadSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className="flex-1 overflow-hidden px-5 py-6">
      <div className="flex flex-col gap-6 opacity-0 [animation:appear_200ms_300ms_forwards]">
        <Bar className="!h-16 w-3/5" />
        <Bar className="!h-12 w-1/2 self-end" />
        <Bar className="!h-20 w-2/3" />
      </div>
    </div>
  );
}
