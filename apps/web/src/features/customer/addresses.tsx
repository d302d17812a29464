import { BadgeCheck, Plus, Users } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CustomerView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { useProblem } from '../../api/use-problem.js';
import { Button, IconButton } from '../../ui/button.js';
import { SelectField, TextField } from '../../ui/field.js';
import { Popover } from '../../ui/menu.js';
import { ChannelIcon } from '../../ui/small.js';
import { toast } from '../../ui/toast.js';
import { Part } from './part.js';

const ICON: Record<string, string> = { phone: 'sms' };

/** How the customer is reached; proven ones say so, and so do those that several people share. */
export function Addresses({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  return (
    <Part title={t('customer.addresses')} action={<AddAddress customer={customer} />}>
      <ul className="m-0 flex list-none flex-col gap-1 p-0">
        {customer.addresses.map((item) => (
          <li key={item.id} className="flex min-h-6 items-center gap-2 text-sm">
            <ChannelIcon kind={ICON[item.kind] ?? item.kind} label={t(`addressKinds.${item.kind}`)} />
            <bdi dir="ltr" className="min-w-0 truncate" title={item.address}>
              {item.address}
            </bdi>
            {item.verified ? (
              <BadgeCheck size={14} role="img" aria-label={t('customer.verified')} className="shrink-0 text-accent" />
            ) : null}
            {item.shared ? (
              <Users size={14} role="img" aria-label={t('customer.shared')} className="shrink-0 text-faint" />
            ) : null}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function AddAddress({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const say = useProblem();
  const [open, setOpen] = useState(false);
  const add = useMutation({
    mutationFn: (body: { kind: string; address: string }) => inboxApi.addAddress(customer.id, body),
    onSuccess: () => {
      setOpen(false);
      toast(t('customer.addressAdded'));
      void queries.invalidateQueries({ queryKey: ['customer', customer.id] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    add.mutate({ kind: String(form.get('kind')), address: String(form.get('address')).trim() });
  };
  return (
    <Popover
      label={t('customer.addAddress')}
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="w-72 p-4"
      trigger={
        <IconButton label={t('customer.addAddress')} className="!min-h-6 !min-w-6">
          <Plus size={14} aria-hidden />
        </IconButton>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <SelectField
          label={t('customer.addressKind')}
          name="kind"
          options={['email', 'phone'].map((value) => ({ value, label: t(`addressKinds.${value}`) }))}
        />
        <TextField
          label={t('customer.address')}
          name="address"
          dir="ltr"
          required
          hint={t('customer.addressHint')}
          error={add.error ? say(add.error) : undefined}
        />
        <Button type="submit" look="primary" disabled={add.isPending}>
          {t('common.add')}
        </Button>
      </form>
    </Popover>
  );
}
