import { X } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { PolicyLevel } from '#contracts';
import { alertsApi } from '../../api/admin.js';
import { Button, IconButton } from '../../ui/button.js';
import { Select } from '../../ui/field.js';
import { fromWord, RECIPIENTS, toWord } from './policy.rules.js';
import { SpanInput } from './targets-editor.js';

/** Who is told when: before the deadline as a part of the time, after it as a span. */
export function ChainEditor({ chain, onChange }: { chain: PolicyLevel[]; onChange: (chain: PolicyLevel[]) => void }) {
  const { t } = useTranslation();
  const destinations = useQuery({ queryKey: ['destinations'], queryFn: alertsApi.list }).data?.items ?? [];
  const set = (index: number, change: Partial<PolicyLevel>) =>
    onChange(chain.map((level, at) => (at === index ? { ...level, ...change } : level)));
  return (
    <fieldset className="m-0 flex flex-col gap-2 border-0 p-0">
      <legend className="mb-1 p-0 text-sm font-medium">{t('policies.chain')}</legend>
      {chain.map((level, index) => (
        // Levels have no identity of their own: their place in the chain is what they are.
        <div key={index} className="flex flex-wrap items-center gap-2 max-md:border-b max-md:border-line max-md:pb-3">
          <Select
            aria-label={t('policies.when', { level: index + 1 })}
            value={'fraction' in level.at ? 'before' : 'after'}
            onChange={(event) =>
              set(index, { at: event.target.value === 'before' ? { fraction: 0.8 } : { overdue: 'PT30M' } })
            }
            className="!w-auto"
            options={[
              { value: 'before', label: t('policies.before') },
              { value: 'after', label: t('policies.after') },
            ]}
          />
          {'fraction' in level.at ? (
            <>
              <input
                type="number"
                min={1}
                max={99}
                required
                aria-label={t('policies.percent')}
                value={Math.round(level.at.fraction * 100)}
                onChange={(event) => set(index, { at: { fraction: Number(event.target.value) / 100 } })}
                className="field touch !w-20"
              />
              <span className="text-sm text-soft">%</span>
            </>
          ) : (
            <SpanInput
              label={t('policies.after')}
              duration={level.at.overdue}
              min={0}
              onChange={(overdue) => set(index, { at: { overdue } })}
            />
          )}
          <Select
            aria-label={t('policies.to', { level: index + 1 })}
            value={toWord(level.to)}
            onChange={(event) => set(index, { to: fromWord(event.target.value) })}
            className="!w-auto"
            options={[
              ...RECIPIENTS.map((value) => ({ value: value as string, label: t(`recipients.${value}`) })),
              ...destinations.map(({ id, name }) => ({ value: `destination:${id}`, label: name })),
            ]}
          />
          <IconButton label={t('common.remove')} onClick={() => onChange(chain.filter((_, at) => at !== index))}>
            <X size={14} aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button
        look="quiet"
        className="-ms-3 self-start"
        onClick={() => onChange([...chain, { at: { overdue: 'PT1H' }, to: 'manager' }])}
      >
        {t('policies.addLevel')}
      </Button>
    </fieldset>
  );
}
