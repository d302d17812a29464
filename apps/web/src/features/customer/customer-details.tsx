import { useTranslation } from 'react-i18next';
import type { ConversationView, CustomerView } from '#contracts';
import { useCustomer } from '../../api/use-data.js';
import { Avatar, Bar } from '../../ui/small.js';
import { Addresses } from './addresses.js';
import { Earlier } from './earlier.js';
import { Merges } from './merges.js';
import { Notes } from './notes.js';
import { OpenWaits } from './open-waits.js';
import { Preferences } from './preferences.js';
import { Rename } from './rename.js';

interface DetailsProps {
  customerId: string;
  /** The conversation one comes from; it is left out of "earlier". */
  conversation?: ConversationView;
}

export function CustomerDetails({ customerId, conversation }: DetailsProps) {
  const customer = useCustomer(customerId).data;
  if (!customer) return <Skeleton />;
  return (
    <div className="flex flex-col gap-5 p-4">
      <Head customer={customer} />
      <Addresses customer={customer} />
      <OpenWaits customer={customer} />
      <Preferences key={customer.id} customer={customer} />
      <Notes key={`notes-${customer.id}`} customer={customer} />
      <Earlier customerId={customer.id} exceptId={conversation?.id} />
      <Merges customer={customer} />
    </div>
  );
}

function Head({ customer }: { customer: CustomerView }) {
  return (
    <div className="flex items-center gap-3">
      <Avatar name={customer.displayName} size={36} quiet />
      <Rename key={customer.displayName} customer={customer} />
    </div>
  );
}

function Skeleton() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('common.loading')}
      className="flex flex-col gap-4 p-4 opacity-0 [animation:appear_200ms_300ms_forwards]"
    >
      <Bar className="!h-9 w-40" />
      <Bar className="w-52" />
      <Bar className="w-44" />
      <Bar className="!h-16 w-full" />
    </div>
  );
}
