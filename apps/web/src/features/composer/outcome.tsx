import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { usePeople } from '../../api/use-data.js';
import { useProblem } from '../../api/use-problem.js';
import { useFormat } from '../../i18n/format.js';
import { onOutcome, put, undo } from '../../sync/outbox.js';
import type { Pending } from '../../sync/state.rules.js';
import { Button } from '../../ui/button.js';
import { hasDraft, nextIsKept } from './use-draft.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { announce, toast } from '../../ui/toast.js';

/** Texts on their way back into a composer (undone, refused), by conversation. */
const returned = new Map<string, Pending>();
const listeners = new Set<() => void>();

function giveBack(pending: Pending): void {
  returned.set(pending.conversationId, pending);
  for (const listener of listeners) listener();
}

export function undoToComposer(clientId: string): void {
  const pending = undo(clientId);
  if (pending) giveBack(pending);
}

/** What came back for this conversation; taking it empties the tray. */
export function useReturned(id: string, take: (pending: Pending) => void): void {
  const pending = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => returned.get(id),
  );
  useEffect(() => {
    if (!pending) return;
    returned.delete(id);
    take(pending);
  }, [pending, id, take]);
}

/** Hears what becomes of every message that left, whichever conversation is open by then. */
export function Outcomes() {
  const { t } = useTranslation();
  const say = useProblem();
  const [crossed, setCrossed] = useState<{ pending: Pending; newer: MessageView[] } | null>(null);

  useEffect(
    () =>
      onOutcome({
        sent: (pending) => {
          announce(t(pending.kind === 'note' ? 'composer.noteSaved' : 'composer.sent'));
          // The draft was kept until now, so that a refusal or a closed page could not lose it.
          if (hasDraft(pending.conversationId)) return;
          inboxApi.saveDraft(pending.conversationId, { text: '', kind: pending.kind }).catch(() => undefined);
        },
        begun: nextIsKept,
        crossed: (pending, newer) => setCrossed({ pending, newer }),
        refused: (pending, error) => {
          giveBack(pending);
          toast(t('composer.refused', { reason: say(error) }), { tone: 'bad' });
        },
      }),
    [t, say],
  );

  if (!crossed) return null;
  const close = () => {
    giveBack(crossed.pending);
    setCrossed(null);
  };
  const sendAnyway = () => {
    const { clientId: _id, state: _state, releaseAt: _release, at: _at, ...outgoing } = crossed.pending;
    const seenSeq = Math.max(outgoing.seenSeq, ...crossed.newer.map((message) => message.seq));
    put({ ...outgoing, seenSeq, confirm: true }, 0);
    setCrossed(null);
  };
  return (
    <Dialog open onClose={close} wide title={t('crossed.title')} description={t('crossed.hint')}>
      <ol
        className="m-0 flex max-h-[40dvh] list-none flex-col gap-2 overflow-y-auto p-0"
        tabIndex={0}
        aria-label={t('crossed.newer')}
      >
        {crossed.newer.map((message) => (
          <Newer key={message.id} message={message} />
        ))}
      </ol>
      <p className="mt-4 mb-1 text-sm text-soft">{t('crossed.yours')}</p>
      <p dir="auto" className="m-0 max-h-28 overflow-y-auto rounded-md bg-ours px-3 py-2 whitespace-pre-wrap">
        {crossed.pending.text}
      </p>
      <DialogActions>
        <Button onClick={sendAnyway}>{t('crossed.sendAnyway')}</Button>
        <Button look="primary" onClick={close}>
          {t('crossed.keepEditing')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Newer({ message }: { message: MessageView }) {
  const people = usePeople();
  const format = useFormat();
  const author = people.find((person) => person.id === message.authorId)?.name;
  return (
    <li className="rounded-md border border-line bg-surface px-3 py-2">
      <p className="m-0 flex gap-2 text-sm text-soft">
        <bdi className="font-medium text-ink">{author ?? message.from.name ?? message.from.address}</bdi>
        <time dateTime={message.at} className="tabular">
          {format.time(message.at)}
        </time>
      </p>
      <p dir="auto" className="m-0 line-clamp-6 whitespace-pre-wrap">
        {message.text}
      </p>
    </li>
  );
}
