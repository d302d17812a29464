import { useTranslation } from 'react-i18next';
import type { CustomerView } from '#contracts';
import { LANGUAGES } from '#contracts';
import { LANGUAGE_NAMES } from '../../i18n/index.js';
import { Select } from '../../ui/field.js';
import { Part } from './part.js';
import { useSave } from './use-save.js';

const ZONES = [
  'Europe/Athens',
  'Europe/Bucharest',
  'Europe/Budapest',
  'Asia/Tehran',
  'Europe/London',
  'Europe/Berlin',
  'UTC',
];

export function Preferences({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const save = useSave(customer);
  const languages = LANGUAGES.map((value) => ({ value: value as string, label: LANGUAGE_NAMES[value] }));
  const zones = [...new Set([...(customer.timeZone ? [customer.timeZone] : []), ...ZONES])];
  const unknown = { value: '', label: t('customer.unknown') };
  const other =
    customer.language && !languages.some(({ value }) => value === customer.language)
      ? [{ value: customer.language, label: customer.language }]
      : [];
  const quiet = '!min-h-7 !border-transparent !bg-transparent !px-1 !py-0 text-sm hover:!border-line';
  return (
    <Part title={t('customer.preferences')}>
      <div className="grid grid-cols-[auto_1fr] items-center gap-x-3 text-sm">
        <span className="text-soft">{t('settings.language')}</span>
        <Select
          aria-label={t('settings.language')}
          value={customer.language ?? ''}
          onChange={(event) => save.mutate({ language: event.target.value || null })}
          className={quiet}
          options={[unknown, ...languages, ...other]}
        />
        <span className="text-soft">{t('settings.timeZone')}</span>
        <Select
          aria-label={t('settings.timeZone')}
          value={customer.timeZone ?? ''}
          onChange={(event) => save.mutate({ timeZone: event.target.value || null })}
          className={quiet}
          options={[unknown, ...zones.map((value) => ({ value, label: value }))]}
        />
      </div>
    </Part>
  );
}
