import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { inboxApi } from '../../api/inbox.js';
import { useFormat } from '../../i18n/format.js';
import { conversationPath, Link } from '../../router.js';
import { useNow } from '../../sync/ticker.js';
import { Section } from '../../ui/page.js';
import { Countdown } from '../due/countdown.js';

const SHOWN = 5;
const MINUTE = 60_000;

/** What is late or falls due before midnight, the nearest first. */
export function BreakingToday() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(MINUTE);
  const found = useQuery({
    queryKey: ['breaking-today'],
    queryFn: () => inboxApi.conversations({ status: 'open', sort: 'due', limit: 200 }),
    refetchInterval: MINUTE,
  }).data;
  const midnight = format.endOfDay(now);
  const due = (found?.items ?? []).filter((item) => item.due && Date.parse(item.due.dueAt) < midnight);
  return (
    <Section title={t('reports.today')}>
      {found && due.length === 0 ? <p className="m-0 text-sm text-soft">{t('reports.nothingToday')}</p> : null}
      <ul className="m-0 flex list-none flex-col p-0">
        {due.slice(0, SHOWN).map((item) => (
          <li key={item.id} className="border-b border-line">
            <Link
              href={conversationPath(item.id, '')}
              className="touch flex min-h-9 items-center gap-2 text-sm text-ink no-underline hover:bg-hover"
            >
              <bdi dir="auto" className="min-w-0 flex-1 truncate [text-align:-webkit-match-parent]">
                {item.customer.displayName}
              </bdi>
              {item.due ? <Countdown due={item.due} /> : null}
            </Link>
          </li>
        ))}
      </ul>
      {due.length > SHOWN ? (
        <p className="mt-2 mb-0 text-sm">
          <Link href="/inbox" className="text-accent">
            {t('reports.moreToday', { count: due.length - SHOWN })}
          </Link>
        </p>
      ) : null}
    </Section>
  );
}
