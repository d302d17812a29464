import { useTranslation } from 'react-i18next';
import type { CustomerView } from '#contracts';
import { useSave } from './use-save.js';

/** The name as one line that can be written over; Enter keeps it, Escape puts it back. */
export function Rename({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const save = useSave(customer);
  return (
    <input
      dir="auto"
      aria-label={t('customer.name')}
      defaultValue={customer.displayName}
      maxLength={200}
      onBlur={(event) => {
        const displayName = event.target.value.trim();
        if (displayName && displayName !== customer.displayName) save.mutate({ displayName });
        else event.target.value = customer.displayName;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.value = customer.displayName;
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
      className="touch [text-align:-webkit-match-parent] h-9 w-full min-w-0 rounded-md border border-transparent bg-transparent px-2 text-base font-semibold text-ellipsis hover:border-line"
    />
  );
}
