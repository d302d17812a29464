import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DestinationKind, DestinationView } from '#contracts';
import { alertsApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { SelectField, TextField } from '../../ui/field.js';
import { FormEnd } from './people-page.js';

const KINDS: DestinationKind[] = ['slack', 'email', 'sms', 'webhook'];
const FIELD = { slack: 'channel', email: 'address', sms: 'address', webhook: 'url' } as const;
const TYPE = { slack: 'text', email: 'email', sms: 'tel', webhook: 'url' } as const;

/** Makes a destination, or mends the one that is there: a revoked token is replaced where its trouble is shown. */
export function DestinationForm({ item, onClose }: { item?: DestinationView; onClose: () => void }) {
  const { t } = useTranslation();
  const say = useProblem();
  const queries = useQueryClient();
  const [kind, setKind] = useState<DestinationKind>(item?.kind ?? 'slack');
  const done = {
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['destinations'] });
      onClose();
    },
  };
  const save = useMutation({ mutationFn: (form: FormData) => store(kind, form, item), ...done });
  const remove = useMutation({ mutationFn: (id: string) => alertsApi.remove(id), ...done });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(new FormData(event.currentTarget));
  };
  const error = save.error ?? remove.error;
  return (
    <Dialog open onClose={onClose} title={item ? item.name : t('alerts.add')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        {item ? null : (
          <SelectField
            label={t('alerts.kind')}
            value={kind}
            onChange={(event) => setKind(event.target.value as DestinationKind)}
            options={KINDS.map((value) => ({ value, label: t(`destinationKinds.${value}`) }))}
          />
        )}
        <TextField label={t('customer.name')} name="name" required maxLength={100} defaultValue={item?.name} />
        <TextField
          label={t(`alerts.where.${kind}`)}
          name="where"
          required
          dir="ltr"
          type={TYPE[kind]}
          hint={t(`alerts.whereHint.${kind}`)}
          defaultValue={item?.config[FIELD[kind]]}
        />
        {kind === 'slack' ? (
          <TextField
            label={t('alerts.botToken')}
            name="botToken"
            type="password"
            autoComplete="off"
            required={!item}
            dir="ltr"
            hint={item ? t('alerts.botTokenKeep') : t('alerts.botTokenHint')}
          />
        ) : null}
        {item ? (
          <Button className="self-start" disabled={remove.isPending} onClick={() => remove.mutate(item.id)}>
            {t('alerts.remove')}
          </Button>
        ) : null}
        <FormEnd error={error ? say(error) : undefined} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function store(kind: DestinationKind, form: FormData, item: DestinationView | undefined): Promise<DestinationView> {
  const field = (name: string) => String(form.get(name) ?? '').trim();
  const botToken = field('botToken');
  const body = {
    name: field('name'),
    config: { ...item?.config, [FIELD[kind]]: field('where') },
    secrets: botToken ? { botToken } : {},
  };
  return item ? alertsApi.change(item.id, body) : alertsApi.create({ kind, ...body });
}
