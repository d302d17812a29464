import { GitMerge, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CustomerView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { useCustomer } from '../../api/use-data.js';
import { useProblem } from '../../api/use-problem.js';
import { Button } from '../../ui/button.js';
import { Dialog, DialogActions } from '../../ui/dialog.js';
import { TextField } from '../../ui/field.js';
import { toast } from '../../ui/toast.js';
import { Part } from './part.js';

/** Two records of one person become one by a link, and apart again by ending it. Nothing is moved or lost. */
export function Merges({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Part title={t('customer.samePerson')}>
      <ul className="m-0 mb-1 flex list-none flex-col gap-1 p-0 empty:hidden">
        {customer.mergedIds.map((id) => (
          <Merged key={id} id={id} intoId={customer.id} />
        ))}
      </ul>
      <Button look="quiet" className="-ms-3" onClick={() => setOpen(true)}>
        <GitMerge size={14} aria-hidden />
        {t('customer.merge')}
      </Button>
      {open ? <MergeDialog customer={customer} onClose={() => setOpen(false)} /> : null}
    </Part>
  );
}

function Merged({ id, intoId }: { id: string; intoId: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const say = useProblem();
  const other = useCustomer(id).data;
  const part = useMutation({
    mutationFn: () => inboxApi.unmergeCustomer(id),
    onSuccess: () => {
      toast(t('customer.unmerged'));
      void queries.invalidateQueries({ queryKey: ['customer', intoId] });
    },
    onError: (error) => toast(say(error), { tone: 'bad' }),
  });
  return (
    <li className="flex items-center gap-2 text-sm">
      <bdi dir="auto" className="min-w-0 flex-1 truncate">
        {other?.displayName ?? id}
      </bdi>
      <Button look="quiet" className="!px-2" disabled={part.isPending} onClick={() => part.mutate()}>
        <Undo2 size={14} aria-hidden className="points" />
        {t('customer.unmerge')}
      </Button>
    </li>
  );
}

/** Asks for the direction and shows what the result will be: different people are never merged silently. */
function MergeDialog({ customer, onClose }: { customer: CustomerView; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const say = useProblem();
  const [text, setText] = useState('');
  const [other, setOther] = useState<CustomerView | null>(null);
  const [keepsThis, setKeepsThis] = useState(true);
  const q = text.trim();
  const found = useQuery({
    queryKey: ['merge-search', q],
    queryFn: ({ signal }) => inboxApi.customers(q, signal),
    enabled: q.length >= 2 && !other,
  }).data;
  const [from, into] = keepsThis ? [other, customer] : [customer, other];
  const merge = useMutation({
    mutationFn: () => inboxApi.mergeCustomer(from!.id, into!.id),
    onSuccess: () => {
      toast(t('customer.merged'));
      void queries.invalidateQueries({ queryKey: ['customer'] });
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={t('customer.mergeTitle')} description={t('customer.mergeHint')}>
      {other ? (
        <>
          <fieldset className="m-0 flex flex-col gap-1 border-0 p-0">
            <legend className="mb-1 p-0 text-sm font-medium">{t('customer.whoStays')}</legend>
            <Survivor customer={customer} chosen={keepsThis} onChoose={() => setKeepsThis(true)} />
            <Survivor customer={other} chosen={!keepsThis} onChoose={() => setKeepsThis(false)} />
          </fieldset>
          {merge.error ? (
            <p role="alert" className="mt-3 mb-0 text-sm text-red">
              {say(merge.error)}
            </p>
          ) : null}
          <DialogActions>
            <Button onClick={() => setOther(null)}>{t('common.back')}</Button>
            <Button look="primary" disabled={merge.isPending} onClick={() => merge.mutate()}>
              {t('customer.mergeConfirm')}
            </Button>
          </DialogActions>
        </>
      ) : (
        <>
          <TextField
            label={t('customer.search')}
            type="search"
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <ul className="m-0 mt-2 flex min-h-24 list-none flex-col p-0">
            {(found?.items ?? [])
              .filter((item) => item.id !== customer.id)
              .map((item) => (
                <li key={item.id}>
                  <button
                    type="button"
                    className="touch flex min-h-10 w-full items-center gap-2 rounded-md px-2 text-start text-sm hover:bg-hover"
                    onClick={() => setOther(item)}
                  >
                    <bdi dir="auto" className="font-medium">
                      {item.displayName}
                    </bdi>
                    <bdi dir="ltr" className="min-w-0 truncate text-soft">
                      {item.addresses.map(({ address }) => address).join(', ')}
                    </bdi>
                  </button>
                </li>
              ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

const Survivor = ({
  customer,
  chosen,
  onChoose,
}: {
  customer: CustomerView;
  chosen: boolean;
  onChoose: () => void;
}) => (
  <label className="touch flex items-start gap-2.5 rounded-md px-2 py-1.5 hover:bg-hover">
    <input type="radio" name="survivor" className="mt-1 size-4 accent-accent" checked={chosen} onChange={onChoose} />
    <span className="min-w-0">
      <bdi dir="auto" className="block font-medium">
        {customer.displayName}
      </bdi>
      <bdi dir="ltr" className="block truncate text-sm text-soft">
        {customer.addresses.map(({ address }) => address).join(', ')}
      </bdi>
    </span>
  </label>
);
