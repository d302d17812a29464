import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CustomerView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { useProblem } from '../../api/use-problem.js';
import { toast } from '../../ui/toast.js';

type Patch = Parameters<typeof inboxApi.changeCustomer>[1];

/** Saves a field of the profile: shown at once, put back in words when refused. */
export function useSave(customer: CustomerView) {
  const queries = useQueryClient();
  const say = useProblem();
  const key = ['customer', customer.id];
  return useMutation({
    mutationFn: (patch: Patch) => inboxApi.changeCustomer(customer.id, patch),
    onMutate: (patch) => {
      const before = queries.getQueryData<CustomerView>(key);
      queries.setQueryData<CustomerView>(key, (old) => (old ? { ...old, ...patch } : old));
      return before;
    },
    onSuccess: (saved) => queries.setQueryData(key, saved),
    onError: (error, _patch, before) => {
      queries.setQueryData(key, before);
      toast(say(error), { tone: 'bad' });
    },
  });
}
