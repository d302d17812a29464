import { useTranslation } from 'react-i18next';
import type { CustomerView } from '#contracts';
import { Part } from './part.js';
import { useSave } from './use-save.js';

/** What the team should know about this person; kept when one leaves the box. */
export function Notes({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const save = useSave(customer);
  return (
    <Part title={t('customer.notes')}>
      <textarea
        dir="auto"
        rows={2}
        aria-label={t('customer.notes')}
        placeholder={t('customer.notesPlaceholder')}
        defaultValue={customer.notes}
        onBlur={(event) => event.target.value !== customer.notes && save.mutate({ notes: event.target.value })}
        className="field grow max-h-60 resize-none !border-line !bg-note text-sm"
      />
    </Part>
  );
}
