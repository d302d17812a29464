import { useTranslation } from 'react-i18next';
import { useConversationsOf } from '../../api/use-data.js';
import { conversationPath, Link } from '../../router.js';
import { Bar } from '../../ui/small.js';
import { ConversationLine } from '../inbox-list/conversation-line.js';
import { Part } from './part.js';

/** Other conversations with the same person, the latest first. */
export function Earlier({ customerId, exceptId }: { customerId: string; exceptId?: string | undefined }) {
  const { t } = useTranslation();
  const found = useConversationsOf(customerId);
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
              <ConversationLine view={item} />
            </Link>
          </li>
        ))}
      </ul>
    </Part>
  );
}
