import { useState } from 'react';
import type { FormEvent } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { PRIORITIES, SLA_KINDS } from '#contracts';
import type { PolicyView } from '#contracts';
import { slaApi } from '../../api/admin.js';
import type { PolicyBody } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Check, TextField } from '../../ui/field.js';
import { ChainEditor } from './chain-editor.js';
import { FormEnd } from './people-page.js';
import { inOrder, readPercents, writePercents } from './policy.rules.js';
import { TargetsEditor } from './targets-editor.js';

const NEW: PolicyBody = {
  name: '',
  rank: 100,
  replace: false,
  enabled: true,
  scope: {},
  targets: [
    { kind: 'first_response', target: 'PT4H', basis: 'clock' },
    { kind: 'next_response', target: 'PT4H', basis: 'clock' },
  ],
  warnAt: [0.5, 0.8],
  chain: [
    { at: { fraction: 0.8 }, to: 'assignee' },
    { at: { overdue: 'PT0S' }, to: 'slack' },
    { at: { overdue: 'PT30M' }, to: 'lead' },
    { at: { overdue: 'PT2H' }, to: 'manager' },
  ],
};

/** Saving makes a new version: waits that are open keep the promise they were given. */
export function PolicyForm({ policy, onClose }: { policy: PolicyView | null; onClose: () => void }) {
  const { t } = useTranslation();
  const say = useProblem();
  const queries = useQueryClient();
  const [body, setBody] = useState<PolicyBody>(() => (policy ? bodyOf(policy) : NEW));
  const [percents, setPercents] = useState(() => writePercents(body.warnAt));
  const [missed, setMissed] = useState(false);
  const set = (change: Partial<PolicyBody>) => setBody((old) => ({ ...old, ...change }));
  const done = async () => {
    await queries.invalidateQueries({ queryKey: ['policies'] });
    onClose();
  };
  const save = useMutation({
    mutationFn: (warnAt: number[]) => {
      const ready = { ...body, chain: inOrder(body.chain), warnAt };
      return policy ? slaApi.savePolicy(policy.id, ready) : slaApi.createPolicy(ready);
    },
    onSuccess: done,
  });
  const remove = useMutation({ mutationFn: () => slaApi.removePolicy(policy!.id), onSuccess: done });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const warnAt = readPercents(percents);
    setMissed(warnAt === null);
    if (warnAt) save.mutate(warnAt);
    else event.currentTarget.querySelector<HTMLElement>('[name=warnAt]')?.focus();
  };
  const error = save.error ?? remove.error;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={policy ? policy.name : t('policies.add')}
      description={t('policies.versionHint')}
    >
      <form onSubmit={submit} className="flex flex-col gap-5">
        <div className="grid gap-4 md:grid-cols-[1fr_7rem]">
          <TextField
            label={t('customer.name')}
            required
            maxLength={100}
            value={body.name}
            onChange={(event) => set({ name: event.target.value })}
          />
          <TextField
            label={t('policies.rank')}
            type="number"
            min={0}
            required
            value={body.rank}
            onChange={(event) => set({ rank: Number(event.target.value) })}
          />
        </div>
        <Scope body={body} set={set} />
        <TargetsEditor targets={body.targets} onChange={(targets) => set({ targets })} />
        <TextField
          label={t('policies.warnAt')}
          hint={t('policies.warnAtHint')}
          name="warnAt"
          dir="ltr"
          value={percents}
          onChange={(event) => setPercents(event.target.value)}
          error={missed ? t('policies.warnAtWrong') : undefined}
        />
        <ChainEditor chain={body.chain} onChange={(chain) => set({ chain })} />
        <div>
          <Check
            checked={body.replace}
            onChange={(event) => set({ replace: event.target.checked })}
            label={t('policies.replace')}
          />
          <Check
            checked={body.enabled}
            onChange={(event) => set({ enabled: event.target.checked })}
            label={t('policies.enabled')}
          />
        </div>
        {policy ? (
          <Button look="danger" className="self-start" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {t('policies.remove')}
          </Button>
        ) : null}
        <FormEnd error={error ? say(error) : undefined} busy={save.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}

function bodyOf(policy: PolicyView): PolicyBody {
  const { id: _id, version: _version, ...body } = policy;
  return body;
}

function Scope({ body, set }: { body: PolicyBody; set: (change: Partial<PolicyBody>) => void }) {
  const { t } = useTranslation();
  const toggle = (name: 'channelKinds' | 'priorities', value: string, on: boolean) => {
    const list = (body.scope[name] ?? []).filter((item) => item !== value);
    const next = on ? [...list, value] : list;
    const { [name]: _old, ...rest } = body.scope;
    set({ scope: next.length > 0 ? { ...rest, [name]: next } : rest });
  };
  const part = (name: 'channelKinds' | 'priorities', values: readonly string[], labelOf: (value: string) => string) => (
    <fieldset className="m-0 border-0 p-0">
      <legend className="p-0 text-sm font-medium">{t(`policies.${name}`)}</legend>
      <div className="flex flex-wrap gap-x-5">
        {values.map((value) => (
          <Check
            key={value}
            checked={body.scope[name]?.includes(value) ?? false}
            onChange={(event) => toggle(name, value, event.target.checked)}
            label={labelOf(value)}
          />
        ))}
      </div>
    </fieldset>
  );
  return (
    <div className="flex flex-col gap-2">
      {part(
        'channelKinds',
        SLA_KINDS.filter((kind) => kind !== 'phone'),
        (kind) => t(`channels.${kind}`),
      )}
      {part('priorities', PRIORITIES, (priority) => t(`priority.${priority}`))}
      <p className="m-0 text-sm text-faint">{t('policies.scopeHint')}</p>
    </div>
  );
}
