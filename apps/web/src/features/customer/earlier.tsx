import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { inboxApi } from '../../api/inbox.js';
import { useFormat } from '../../i18n/format.js';
import { conversationPath, Link } from '../../router.js';
import { Bar, ChannelIcon } from '../../ui/small.js';
import { Part } from './part.js';

/** Other conversations with the same person, the latest first. */
export function Earlier({ customerId, exceptId }: { customerId: string; exceptId?: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery({
    queryKey: ['earlier', customerId],
    queryFn: () => inboxApi.conversations({ customer: customerId, sort: 'newest', limit: 20 }),
  }).data;
  const items = (found?.items ?? []).filter((item) => item.id !== exceptId);
  return (
    <Part title={t(exceptId ? 'customer.earlier' : 'customer.conversations')}>
      {found ? null : <Bar className="w-40" />}
      {found && items.length === 0 ? <p className="m-0 text-sm text-soft">{t('customer.noEarlier')}</p> : null}
      <ul className="m-0 flex list-none flex-col p-0">
        {items.map((item) => (
          <li key={item.id}>
            <Link
              href={conversationPath(item.id, '')}
              className="touch -mx-2 flex min-h-8 items-center gap-2 rounded-md px-2 text-sm text-ink no-underline hover:bg-hover"
            >
              <ChannelIcon kind={item.channelKinds.at(-1) ?? 'custom'} label="" />
              <span dir="auto" className="min-w-0 flex-1 truncate [text-align:-webkit-match-parent]">
                {item.subject ?? item.preview}
              </span>
              {item.status === 'open' ? <span className="text-faint">{t('status.open')}</span> : null}
              <span className="tabular shrink-0 text-faint">{format.shortDate(item.lastMessageAt)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Part>
  );
}
