import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomer } from '../../api/use-data.js';
import { HeadingLevel } from '../../ui/heading.js';
import { Empty } from '../../ui/small.js';
import { CustomerDetails } from './customer-details.js';

/** A customer by themselves, with everything that was ever written. */
export default function CustomerPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error } = useCustomer(id);
  useEffect(() => {
    document.title = `${data?.displayName ?? t('customer.label')} · Kairos`;
  }, [data, t]);
  if (error)
    return (
      <Empty whole title={t('customer.missing')}>
        {t('thread.missingHint')}
      </Empty>
    );
  return (
    <div className="h-full overflow-y-auto bg-surface">
      <h1 className="sr-only">{data?.displayName ?? t('customer.label')}</h1>
      <div className="mx-auto max-w-[44rem] py-4">
        <HeadingLevel value={2}>
          <CustomerDetails customerId={id} />
        </HeadingLevel>
      </div>
    </div>
  );
}
