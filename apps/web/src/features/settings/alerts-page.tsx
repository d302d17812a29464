import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DestinationView } from '#contracts';
import { alertsApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { Page } from '../../ui/page.js';
import { Bar, Notice } from '../../ui/small.js';
import { DestinationForm } from './destination-form.js';

export function AlertsPage() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ['destinations'], queryFn: alertsApi.list });
  const [adding, setAdding] = useState(false);
  const items = found.data?.items ?? [];
  return (
    <Page
      title={t('settings.alerts')}
      action={
        <Button look="primary" onClick={() => setAdding(true)}>
          <Plus size={15} aria-hidden />
          {t('alerts.add')}
        </Button>
      }
    >
      <p className="mt-0 mb-4 max-w-[44rem] text-sm text-soft">{t('alerts.hint')}</p>
      {found.isPending ? <Bar className="!h-32 w-full" /> : null}
      {found.data && items.length === 0 ? (
        <p className="border-y border-line py-4 text-sm text-soft">{t('alerts.none')}</p>
      ) : null}
      <ul className="m-0 flex list-none flex-col p-0">
        {items.map((item) => (
          <Destination key={item.id} item={item} />
        ))}
      </ul>
      {adding ? <DestinationForm onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

function Destination({ item }: { item: DestinationView }) {
  const { t } = useTranslation();
  const say = useProblem();
  const queries = useQueryClient();
  const [editing, setEditing] = useState(false);
  const test = useMutation({
    mutationFn: () => alertsApi.test(item.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['destinations'] }), // its health is news
  });
  const where = item.config.channel ?? item.config.address ?? item.config.url ?? '';
  const said = test.data ? `${test.data.said ?? test.data.answer ?? ''}` : '';
  return (
    <li className="border-b border-line py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="min-w-52 flex-1">
          <p className="m-0 flex flex-wrap items-baseline gap-x-2">
            <bdi className="font-medium">{item.name}</bdi>
            <span className="text-sm text-soft">
              {t(`destinationKinds.${item.kind}`)} · <bdi dir="ltr">{where}</bdi>
            </span>
          </p>
          <p className={cx('m-0 text-sm', item.state === 'live' ? 'text-green' : 'font-medium text-ink')}>
            {t(`channelStates.${item.state}`)}
            {item.stateReason ? (
              <span className="font-normal text-soft">
                {' '}
                · <bdi dir="auto">{item.stateReason}</bdi>
              </span>
            ) : null}
          </p>
        </div>
        <div className="flex gap-2">
          <Button disabled={test.isPending} onClick={() => test.mutate()}>
            {t('alerts.test')}
            <span className="sr-only">{item.name}</span>
          </Button>
          <Button onClick={() => setEditing(true)}>
            {t('common.edit')}
            <span className="sr-only">{item.name}</span>
          </Button>
        </div>
      </div>
      <div role="status" className="mt-2 empty:mt-0">
        {test.data ? <Notice>{t('alerts.said', { words: said })}</Notice> : null}
        {test.error ? <Notice tone="bad">{say(test.error)}</Notice> : null}
      </div>
      {editing ? <DestinationForm item={item} onClose={() => setEditing(false)} /> : null}
    </li>
  );
}
