import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { useProblem } from '../../api/use-problem.js';
import { conversationPath, navigate } from '../../router.js';
import { refresh, takeFetched } from '../../sync/resync.js';
import { toast } from '../../ui/toast.js';

/** Conversations as they are after one was joined or parted: both sides, and the customer's list of them. */
function useTold() {
  const queries = useQueryClient();
  return useCallback(
    async (view: ConversationView, otherId: string | null) => {
      takeFetched([view]);
      await refresh(otherId ? [view.id, otherId] : [view.id]);
      void queries.invalidateQueries({ queryKey: ['earlier'] });
      void queries.invalidateQueries({ queryKey: ['linked'] });
    },
    [queries],
  );
}

export function useUnmerge(): (id: string) => Promise<void> {
  const { t } = useTranslation();
  const say = useProblem();
  const told = useTold();
  return useCallback(
    async (id) => {
      try {
        const intoId = (await inboxApi.conversation(id)).mergedIntoId;
        await told(await inboxApi.unmerge(id), intoId);
        navigate(conversationPath(id));
        toast(t('merge.undone'));
      } catch (error) {
        toast(say(error), { tone: 'bad' });
      }
    },
    [t, say, told],
  );
}

/** Merges, goes to the one that lives on, and offers the way back. Refusals are the caller's to show. */
export function useMerge(): (from: ConversationView, into: ConversationView) => Promise<void> {
  const { t } = useTranslation();
  const unmerge = useUnmerge();
  const queries = useQueryClient();
  const told = useTold();
  return useCallback(
    async (from, into) => {
      const two = from.customer.id !== into.customer.id;
      // The two records of one person first: a conversation never changes its customer.
      if (two) await inboxApi.mergeCustomer(from.customer.id, into.customer.id);
      await told(await inboxApi.merge(from.id, into.id), from.id);
      navigate(conversationPath(into.id));
      void queries.invalidateQueries({ queryKey: ['customer'] });
      const undo = async () => {
        await unmerge(from.id);
        if (two) await inboxApi.unmergeCustomer(from.customer.id);
        if (two) void queries.invalidateQueries({ queryKey: ['customer'] });
      };
      toast(t('merge.done'), { action: { label: t('merge.undo'), run: () => void undo() } });
    },
    [t, told, unmerge, queries],
  );
}

export function useSplit(): (id: string, fromSeq: number) => Promise<void> {
  const { t } = useTranslation();
  const told = useTold();
  return useCallback(
    async (id, fromSeq) => {
      const fresh = await inboxApi.split(id, fromSeq);
      await told(fresh, id);
      navigate(conversationPath(fresh.id));
      toast(t('split.done'), { action: { label: t('split.back'), run: () => navigate(conversationPath(id)) } });
    },
    [t, told],
  );
}
