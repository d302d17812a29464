import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { loadEarlier } from '../../sync/resync.js';
import { useAllPending } from '../../sync/store.js';
import type { Thread } from '../../sync/state.rules.js';
import { Button } from '../../ui/button.js';
import { PartHeading } from '../../ui/heading.js';
import { useCommand } from '../shortcuts/keys.js';
import { splittable, timeline } from './items.rules.js';
import { Message } from './message.js';
import { PendingMessage } from './pending-message.js';
import { SplitDialog } from './split-dialog.js';
import { SystemLines } from './system-lines.js';

/** Close enough to the end to follow it; further up, the reader is left where they are. */
const NEAR_END_PX = 120;
/** Kept free above a tall message, for the line of the day. */
const ROOM_PX = 48;

export function Timeline({ view, thread }: { view: ConversationView; thread: Thread }) {
  const { t } = useTranslation();
  const format = useFormat();
  const allPending = useAllPending();
  const scroller = useRef<HTMLDivElement>(null);
  const [loading, setLoading] = useState(false);
  const [unseen, setUnseen] = useState(false);
  const items = useMemo(() => timeline(thread.messages, format.dayKey), [thread.messages, format]);
  const known = useMemo(() => new Set(thread.messages.map((message) => message.clientId)), [thread.messages]);
  const pending = allPending.filter((item) => item.conversationId === view.id && !known.has(item.clientId));
  const lastReply = thread.messages.findLast((message) => message.kind === 'reply')?.seq;
  const first = thread.messages[0]?.seq ?? 1;
  const last = thread.messages.at(-1)?.seq ?? 0;
  const nearEnd = useRef(true);
  const [splitting, setSplitting] = useState<{ fromSeq: number | null } | null>(null);
  const merged = view.mergedIntoId !== null;
  const partable = useMemo(
    () => new Set(merged ? [] : splittable(thread.messages).map((message) => message.seq)),
    [thread.messages, merged],
  );
  const splitAt = useCallback((fromSeq: number) => setSplitting({ fromSeq }), []);
  useCommand('split', () => setSplitting({ fromSeq: null }), !merged);

  // The newest message is where reading starts; later ones are followed only by who is already at the end.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    if (nearEnd.current) box.scrollTop = endOf(box);
    else setUnseen(true);
  }, [last, pending.length]);
  useFollowGrowth(scroller, nearEnd);

  const earlier = async () => {
    const box = scroller.current;
    const below = box ? box.scrollHeight - box.scrollTop : 0;
    setLoading(true);
    await loadEarlier(view.id).catch(() => undefined);
    setLoading(false);
    requestAnimationFrame(() => box && (box.scrollTop = box.scrollHeight - below));
  };

  const toEnd = () => {
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: 'smooth' });
    setUnseen(false);
  };

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label={t('thread.messages')}
        tabIndex={0}
        className="h-full overflow-y-auto overscroll-contain px-4 py-4 outline-offset-[-3px] md:px-5"
        onScroll={({ currentTarget: box }) => {
          nearEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
          if (nearEnd.current && unseen) setUnseen(false);
        }}
      >
        <div className="mx-auto flex min-h-full max-w-[52rem] flex-col justify-end">
          {first > 1 ? (
            <Button look="quiet" className="mx-auto" disabled={loading} onClick={() => void earlier()}>
              {t('thread.earlier', { count: first - 1 })}
            </Button>
          ) : null}
          {items.map((item) => {
            if (item.type === 'day') return <DayLine key={item.key} at={item.at} />;
            if (item.type === 'system') return <SystemLines key={item.key} messages={item.messages} />;
            return (
              <Message
                key={item.key}
                message={item.message}
                joined={item.joined}
                latest={item.message.seq === lastReply}
                view={view}
                onSplit={partable.has(item.message.seq) ? splitAt : null}
              />
            );
          })}
          {pending.map((item) => (
            <PendingMessage key={item.clientId} pending={item} />
          ))}
        </div>
      </div>
      {unseen ? (
        <Button
          look="primary"
          className="appear absolute inset-x-0 bottom-3 mx-auto !min-h-7 w-max !rounded-full shadow-pop"
          onClick={toEnd}
        >
          {t('thread.newBelow')}
        </Button>
      ) : null}
      {splitting ? (
        <SplitDialog
          view={view}
          messages={thread.messages}
          fromSeq={splitting.fromSeq}
          onClose={() => setSplitting(null)}
        />
      ) : null}
    </div>
  );
}

/** Where reading goes on: the end, or the beginning of a last message that is taller than the window. */
function endOf(box: HTMLElement): number {
  const last = [...box.querySelectorAll<HTMLElement>('article')].at(-1);
  const tall = last !== undefined && last.offsetHeight > box.clientHeight;
  return tall ? last.offsetTop - box.offsetTop - ROOM_PX : box.scrollHeight;
}

/** Pictures and folded parts grow after they are shown; who reads the end stays at the end. */
function useFollowGrowth(scroller: React.RefObject<HTMLDivElement | null>, nearEnd: React.RefObject<boolean>): void {
  useEffect(() => {
    const box = scroller.current;
    const content = box?.firstElementChild;
    if (!box || !content) return undefined;
    const observer = new ResizeObserver(() => {
      if (nearEnd.current) box.scrollTop = endOf(box);
    });
    observer.observe(content);
    observer.observe(box);
    return () => observer.disconnect();
  }, [scroller, nearEnd]);
}

function DayLine({ at }: { at: string }) {
  const format = useFormat();
  return (
    <div className="my-4 flex items-center gap-3 text-sm text-faint">
      <span className="h-px flex-1 bg-line" />
      <PartHeading className="m-0 text-sm font-medium">{format.day(at)}</PartHeading>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}
