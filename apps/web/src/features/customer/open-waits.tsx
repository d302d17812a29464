import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CustomerView } from '#contracts';
import { inboxApi } from '../../api/inbox.js';
import { conversationPath, Link } from '../../router.js';
import { useConversations } from '../../sync/store.js';
import { Bar } from '../../ui/small.js';
import { Countdown } from '../due/countdown.js';
import { Part } from './part.js';

/** What this customer is waiting for, in every conversation of theirs; the live state wins over what was fetched. */
export function OpenWaits({ customer }: { customer: CustomerView }) {
  const { t } = useTranslation();
  const live = useConversations();
  const fetched = useQuery({
    queryKey: ['open-waits', customer.id],
    queryFn: () => inboxApi.conversations({ customer: customer.id, status: 'open', limit: 20 }),
  }).data;
  const waiting = (fetched?.items ?? []).map((item) => live[item.id] ?? item).filter((item) => item.due !== null);
  if (!fetched) return <Part title={t('customer.openWaits')}>{<Bar className="w-40" />}</Part>;
  return (
    <Part title={t('customer.openWaits')}>
      {waiting.length === 0 ? <p className="m-0 text-sm text-soft">{t('customer.nobodyWaits')}</p> : null}
      <ul className="m-0 flex list-none flex-col gap-1 p-0">
        {waiting.map((item) => (
          <li key={item.id} className="flex items-center gap-2 text-sm">
            <Link
              href={conversationPath(item.id)}
              className="min-w-0 flex-1 truncate text-ink no-underline hover:underline"
            >
              <bdi dir="auto">{t(`wait.kinds.${item.due!.kind}`)}</bdi>
            </Link>
            <Countdown due={item.due!} />
          </li>
        ))}
      </ul>
    </Part>
  );
}
