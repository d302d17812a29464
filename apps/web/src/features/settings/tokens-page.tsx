import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { tokensApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { useFormat } from '../../i18n/format.js';
import { serverNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { CopyField } from '../../ui/copy-field.js';
import { TextField } from '../../ui/field.js';
import { Page, Table } from '../../ui/page.js';
import { toast } from '../../ui/toast.js';

/** Keys for scripts. A token is shown once, when it is made, and never again. */
export function TokensPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useProblem();
  const queries = useQueryClient();
  const found = useQuery({ queryKey: ['tokens'], queryFn: tokensApi.list });
  const [name, setName] = useState('');
  const refresh = () => queries.invalidateQueries({ queryKey: ['tokens'] });
  const make = useMutation({
    mutationFn: () => tokensApi.create(name.trim()),
    onSuccess: () => {
      setName('');
      void refresh();
    },
  });
  const remove = useMutation({
    mutationFn: tokensApi.remove,
    onSuccess: () => {
      make.reset();
      void refresh();
    },
    onError: (error) => toast(say(error), { tone: 'bad' }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Page title={t('settings.tokens')}>
      <p className="mt-0 mb-4 max-w-[44rem] text-sm text-soft">{t('tokens.hint')}</p>
      <form onSubmit={submit} className="mb-6 flex flex-wrap items-end gap-2">
        <div className="w-72 max-w-full">
          <TextField
            label={t('tokens.name')}
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={make.error ? say(make.error) : undefined}
          />
        </div>
        <Button look="primary" type="submit" className="!min-h-9" disabled={make.isPending}>
          {t('tokens.make')}
        </Button>
      </form>
      {make.data ? (
        <div role="status" className="appear mb-6 rounded-md bg-app p-4">
          <CopyField label={t('tokens.once')} value={make.data.token} />
        </div>
      ) : null}
      <Table
        label={t('settings.tokens')}
        rows={found.data?.items ?? []}
        keyOf={({ id }) => id}
        empty={found.isPending ? '…' : t('tokens.none')}
        columns={[
          { key: 'name', label: t('customer.name'), cell: (row) => <bdi className="font-medium">{row.name}</bdi> },
          { key: 'made', label: t('tokens.made'), number: true, cell: (row) => format.date(row.createdAt) },
          {
            key: 'used',
            label: t('tokens.used'),
            number: true,
            cell: (row) => (row.lastUsedAt ? format.when(row.lastUsedAt, serverNow()) : t('common.never')),
          },
          {
            key: 'remove',
            label: t('common.actions'),
            quiet: true,
            number: true,
            cell: (row) => (
              <Button look="quiet" disabled={remove.isPending} onClick={() => remove.mutate(row.id)}>
                {t('tokens.revoke')}
                <span className="sr-only">{row.name}</span>
              </Button>
            ),
          },
        ]}
      />
    </Page>
  );
}
