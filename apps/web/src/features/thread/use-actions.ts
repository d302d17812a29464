import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import type { ConversationPatch } from '../../api/inbox.js';
import { useProblem } from '../../api/use-problem.js';
import { takeFetched } from '../../sync/resync.js';
import { readState, writeSync } from '../../sync/store.js';
import { announce, toast } from '../../ui/toast.js';

/** Fields a patch changes on the page before the server has agreed. */
const shownAtOnce = ({ reason: _reason, ...fields }: ConversationPatch): Partial<ConversationView> => ({
  ...fields,
  ...(fields.status && fields.status !== 'snoozed' ? { snoozedUntil: null } : {}),
});

function overlay(id: string, fields: Partial<ConversationView>): void {
  writeSync((old) => {
    const known = old.conversations[id];
    return known ? { ...old, conversations: { ...old.conversations, [id]: { ...known, ...fields } } } : old;
  });
}

/** Not at once: shown when the server has agreed, for what it may well refuse. */
interface How {
  atOnce: boolean;
}

/**
 * Changes a conversation: shown at once, rolled back in words when the server refuses. Answers the error, so that a
 * refusal that is really a question (`customer_waits`) can be asked.
 */
export function useChange(id: string): (patch: ConversationPatch, said?: string, how?: How) => Promise<unknown> {
  const { t } = useTranslation();
  const say = useProblem();
  return useCallback(
    async (patch, said, { atOnce } = { atOnce: true }) => {
      const before = readState().sync.conversations[id];
      const fields = atOnce ? shownAtOnce(patch) : {};
      overlay(id, fields);
      try {
        takeFetched([await inboxApi.change(id, patch)]);
        if (said) announce(said);
        return null;
      } catch (error) {
        // Only what is still ours is taken back: a colleague's change in the meantime stays.
        const now = readState().sync.conversations[id];
        if (before && now && now.version === before.version) overlay(id, pick(before, Object.keys(fields)));
        if (!isQuestion(error)) toast(t('thread.notChanged', { reason: say(error) }), { tone: 'bad' });
        return error;
      }
    },
    [id, t, say],
  );
}

const isQuestion = (error: unknown) => (error as { code?: string } | null)?.code === 'customer_waits';

const pick = (view: ConversationView, keys: string[]): Partial<ConversationView> =>
  Object.fromEntries(Object.entries(view).filter(([key]) => keys.includes(key)));
