import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PolicyView } from '#contracts';
import { slaApi } from '../../api/admin.js';
import { useFormat } from '../../i18n/format.js';
import { Button } from '../../ui/button.js';
import { Page, Table } from '../../ui/page.js';
import { Bar } from '../../ui/small.js';
import { PolicyForm } from './policy-form.js';
import { readDuration } from './policy.rules.js';

export function PoliciesPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery({ queryKey: ['policies'], queryFn: slaApi.policies });
  const [editing, setEditing] = useState<PolicyView | 'new' | null>(null);
  const policies = (found.data?.items ?? []).toSorted((a, b) => a.rank - b.rank);
  return (
    <Page
      title={t('settings.policies')}
      action={
        <Button look="primary" onClick={() => setEditing('new')}>
          <Plus size={15} aria-hidden />
          {t('policies.add')}
        </Button>
      }
    >
      <p className="mt-0 mb-4 max-w-[44rem] text-sm text-soft">{t('policies.hint')}</p>
      {found.isPending ? <Bar className="!h-40 w-full" /> : null}
      <Table
        label={t('settings.policies')}
        rows={policies}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'rank',
            label: t('policies.rank'),
            cell: (row) => <span className="tabular text-soft">{format.number(row.rank)}</span>,
          },
          {
            key: 'name',
            label: t('customer.name'),
            cell: (row) => (
              <>
                <bdi className={row.enabled ? 'font-medium' : 'text-faint line-through'}>{row.name}</bdi>{' '}
                <span className="text-faint">{t('policies.version', { version: format.number(row.version) })}</span>
              </>
            ),
          },
          {
            key: 'scope',
            label: t('policies.scope'),
            cell: (row) =>
              row.scope.channelKinds?.map((kind) => t(`channels.${kind}`, kind)).join(', ') || t('policies.everything'),
          },
          {
            key: 'targets',
            label: t('policies.targets'),
            cell: (row) => (
              <span className="flex flex-col py-1">
                {row.targets.map((target) => (
                  <span key={target.kind}>
                    {t(`policies.kinds.${target.kind}`)}:{' '}
                    <strong className="font-medium">{format.duration(readDuration(target.target))}</strong>
                  </span>
                ))}
              </span>
            ),
          },
          {
            key: 'edit',
            label: t('common.actions'),
            quiet: true,
            number: true,
            cell: (row) => (
              <Button look="quiet" onClick={() => setEditing(row)}>
                {t('common.edit')}
                <span className="sr-only">{row.name}</span>
              </Button>
            ),
          },
        ]}
      />
      {editing ? <PolicyForm policy={editing === 'new' ? null : editing} onClose={() => setEditing(null)} /> : null}
    </Page>
  );
}
