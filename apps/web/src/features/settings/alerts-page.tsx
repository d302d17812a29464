import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DestinationKind, DestinationView } from '#contracts';
import { alertsApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { Dialog } from '../../ui/dialog.js';
import { SelectField, TextField } from '../../ui/field.js';
import { Page } from '../../ui/page.js';
import { Bar, Notice } from '../../ui/small.js';
import { FormEnd } from './people-page.js';

const KINDS: DestinationKind[] = ['slack', 'email', 'sms', 'webhook'];

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
  const test = useMutation({ mutationFn: () => alertsApi.test(item.id) });
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
        <Button disabled={test.isPending} onClick={() => test.mutate()}>
          {t('alerts.test')}
          <span className="sr-only">{item.name}</span>
        </Button>
      </div>
      <div role="status" className="mt-2 empty:mt-0">
        {test.data ? <Notice>{t('alerts.said', { words: said })}</Notice> : null}
        {test.error ? <Notice tone="bad">{say(test.error)}</Notice> : null}
      </div>
    </li>
  );
}

const FIELD = { slack: 'channel', email: 'address', sms: 'address', webhook: 'url' } as const;
const TYPE = { slack: 'text', email: 'email', sms: 'tel', webhook: 'url' } as const;

function DestinationForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const say = useProblem();
  const queries = useQueryClient();
  const [kind, setKind] = useState<DestinationKind>('slack');
  const save = useMutation({
    mutationFn: (form: FormData) => {
      const field = (name: string) => String(form.get(name) ?? '').trim();
      const secrets = kind === 'slack' ? { botToken: field('botToken') } : {};
      return alertsApi.create({ kind, name: field('name'), config: { [FIELD[kind]]: field('where') }, secrets });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['destinations'] });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog open onClose={onClose} title={t('alerts.add')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <SelectField
          label={t('alerts.kind')}
          value={kind}
          onChange={(event) => setKind(event.target.value as DestinationKind)}
          options={KINDS.map((value) => ({ value, label: t(`destinationKinds.${value}`) }))}
        />
        <TextField label={t('customer.name')} name="name" required maxLength={100} />
        <TextField
          label={t(`alerts.where.${kind}`)}
          name="where"
          required
          dir="ltr"
          type={TYPE[kind]}
          hint={t(`alerts.whereHint.${kind}`)}
        />
        {kind === 'slack' ? (
          <TextField
            label={t('alerts.botToken')}
            name="botToken"
            type="password"
            autoComplete="off"
            required
            dir="ltr"
            hint={t('alerts.botTokenHint')}
          />
        ) : null}
        <FormEnd error={save.error ? say(save.error) : undefined} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}
