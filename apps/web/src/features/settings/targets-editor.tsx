import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PolicyTarget } from '#contracts';
import { Button, IconButton } from '../../ui/button.js';
import { Select } from '../../ui/field.js';
import { durationOf, spanOf, UNITS } from './policy.rules.js';
import type { Unit } from './policy.rules.js';

/** Kinds that can be promised now; solutions and call-backs come with their own rules later. */
const KINDS = ['first_response', 'next_response'] as const;

export function TargetsEditor({
  targets,
  onChange,
}: {
  targets: PolicyTarget[];
  onChange: (targets: PolicyTarget[]) => void;
}) {
  const { t } = useTranslation();
  const free = KINDS.filter((kind) => !targets.some((target) => target.kind === kind));
  const set = (index: number, change: Partial<PolicyTarget>) =>
    onChange(targets.map((target, at) => (at === index ? { ...target, ...change } : target)));
  return (
    <fieldset className="m-0 flex flex-col gap-2 border-0 p-0">
      <legend className="mb-1 p-0 text-sm font-medium">{t('policies.targets')}</legend>
      {targets.map((target, index) => (
        <div key={target.kind} className="flex flex-wrap items-center gap-2">
          <span className="w-full text-sm md:w-40">{t(`policies.kinds.${target.kind}`)}</span>
          <SpanInput
            label={t(`policies.kinds.${target.kind}`)}
            duration={target.target}
            min={1}
            onChange={(value) => set(index, { target: value })}
          />
          {targets.length > 1 ? (
            <IconButton label={t('common.remove')} onClick={() => onChange(targets.filter((_, at) => at !== index))}>
              <X size={14} aria-hidden />
            </IconButton>
          ) : null}
        </div>
      ))}
      {free.length > 0 ? (
        <Button
          look="quiet"
          className="-ms-3 self-start"
          onClick={() => onChange([...targets, { kind: free[0]!, target: 'PT4H', basis: 'clock' }])}
        >
          {t('policies.addTarget', { kind: t(`policies.kinds.${free[0]!}`) })}
        </Button>
      ) : null}
    </fieldset>
  );
}

interface SpanProps {
  label: string;
  duration: string;
  min: number;
  onChange: (duration: string) => void;
}

/** A number and its unit, kept as an ISO 8601 duration. */
export function SpanInput({ label, duration, min, onChange }: SpanProps) {
  const { t } = useTranslation();
  const span = spanOf(duration);
  return (
    <>
      <input
        type="number"
        min={min}
        required
        aria-label={label}
        value={span.value}
        onChange={(event) => onChange(durationOf({ ...span, value: Number(event.target.value) }))}
        className="field touch !w-20"
      />
      <Select
        aria-label={t('policies.unit', { label })}
        value={span.unit}
        onChange={(event) => onChange(durationOf({ value: span.value, unit: event.target.value as Unit }))}
        className="!w-auto"
        options={UNITS.map((unit) => ({ value: unit, label: t(`units.${unit}`) }))}
      />
    </>
  );
}
