import { ArrowLeft, Download, X } from 'lucide-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { WaitView } from '#contracts';
import { slaApi } from '../../api/admin.js';
import { queryString } from '../../api/http.js';
import { usePeople } from '../../api/use-data.js';
import { useFormat } from '../../i18n/format.js';
import { conversationPath, Link, navigate, useSearch } from '../../router.js';
import { serverNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { cx } from '../../ui/cx.js';
import { Page, Table } from '../../ui/page.js';
import { Bar, ChannelIcon } from '../../ui/small.js';
import { readWaits, waitsPath } from './address.js';
import type { WaitFilter, WaitFilterName } from './address.js';
import { cellOf } from './period.rules.js';

/** The waits behind a figure, one row each. */
export default function WaitsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePeople();
  const { period, filter } = readWaits(useSearch());
  const tz = format.timeZone;
  // The API calls it assignee: the owner at the deadline of a breach, the author of an answer in time.
  const { agent, ...rest } = filter;
  const query = { ...period, ...rest, tz, ...(agent && agent !== 'none' ? { assignee: agent } : {}) };
  const found = useInfiniteQuery({
    queryKey: ['waits', query],
    queryFn: ({ pageParam }) => slaApi.waits({ ...query, limit: 200, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
  const rows = (found.data?.pages ?? []).flatMap((page) => page.items).filter((wait) => fits(wait, filter, tz));
  const nameOf = (id: string | null) => people.find((person) => person.id === id)?.name ?? t('reports.nobody');
  const now = serverNow();
  const when = (at: string | null) => (at ? format.when(at, now) : '–');

  return (
    <Page
      wide
      title={t('waits.title')}
      action={
        <>
          <Link
            href="/reports"
            className="touch flex items-center gap-1.5 text-sm text-accent no-underline hover:underline"
          >
            <ArrowLeft size={14} aria-hidden className="points" />
            {t('nav.reports')}
          </Link>
          <a
            href={`/api/v1/sla/waits.csv${queryString(query)}`}
            download
            className="touch flex items-center gap-1.5 text-sm text-accent no-underline hover:underline"
          >
            <Download size={14} aria-hidden />
            {t('reports.csv')}
          </a>
        </>
      }
    >
      <FilterChips
        filter={filter}
        nameOf={nameOf}
        onRemove={(name) => navigate(without(period, filter, name), { replace: true })}
      />
      <p className="mt-0 mb-3 text-sm text-soft" role="status">
        {period
          ? t('waits.between', { from: format.date(period.from), to: format.date(Date.parse(period.to) - 1) })
          : null}{' '}
        {found.data ? t('waits.count', { count: rows.length }) : null}
        {found.hasNextPage ? ` ${t('waits.loaded')}` : ''}
      </p>
      {found.isPending ? (
        <Bar className="!h-64 w-full" />
      ) : (
        <Table
          label={t('waits.title')}
          rows={rows}
          keyOf={(wait) => wait.id}
          empty={t('waits.none')}
          columns={[
            {
              key: 'customer',
              label: t('customer.label'),
              cell: (wait) => (
                <>
                  <Link href={conversationPath(wait.conversationId, '')} className="flex items-center gap-2 text-ink">
                    <ChannelIcon kind={wait.channelKind} label={t(`channels.${wait.channelKind}`)} />
                    <bdi dir="auto" className="max-w-32 truncate md:max-w-56">
                      {wait.customerName}
                    </bdi>
                  </Link>
                  <span className="block text-soft md:hidden">
                    {t(`wait.kinds.${wait.kind}`)} · {when(wait.openedAt)}
                  </span>
                </>
              ),
            },
            { key: 'kind', label: t('waits.for'), wide: true, cell: (wait) => t(`wait.kinds.${wait.kind}`) },
            { key: 'opened', label: t('waits.opened'), number: true, wide: true, cell: (wait) => when(wait.openedAt) },
            { key: 'due', label: t('waits.due'), number: true, cell: (wait) => when(wait.dueAt) },
            {
              key: 'answered',
              label: t('waits.answered'),
              number: true,
              wide: true,
              cell: (wait) => when(wait.answeredAt),
            },
            { key: 'took', label: t('waits.took'), number: true, wide: true, cell: (wait) => <Took wait={wait} /> },
            {
              key: 'who',
              label: t('waits.who'),
              wide: true,
              cell: (wait) => (
                <bdi>{nameOf(wait.outcome === 'breached' ? wait.assigneeIdAtDeadline : wait.answeredById)}</bdi>
              ),
            },
            { key: 'outcome', label: t('waits.outcome'), cell: (wait) => <Outcome wait={wait} /> },
          ]}
        />
      )}
      {found.hasNextPage ? (
        <Button className="mt-4" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t('common.more')}
        </Button>
      ) : null}
    </Page>
  );
}

const secondsBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000;

function Took({ wait }: { wait: WaitView }) {
  const format = useFormat();
  return <>{wait.answeredAt ? format.short(secondsBetween(wait.openedAt, wait.answeredAt)) : '–'}</>;
}

function Outcome({ wait }: { wait: WaitView }) {
  const { t } = useTranslation();
  const state = wait.outcome ?? 'open';
  return (
    <span
      className={cx('font-medium', state === 'breached' ? 'text-red' : state === 'met' ? 'text-green' : 'text-soft')}
    >
      {t(`outcomes.${state}`)}
      {wait.reason ? (
        <span className="font-normal text-soft"> · {t(`reasons.${wait.reason}`, wait.reason)}</span>
      ) : null}
    </span>
  );
}

/** Parts of the filter the server may not know are checked here as well; asking twice changes nothing. */
function fits(wait: WaitView, filter: WaitFilter, tz: string): boolean {
  if (filter.kind && wait.kind !== filter.kind) return false;
  if (filter.agent) {
    const who = (wait.outcome === 'breached' ? wait.assigneeIdAtDeadline : wait.answeredById) ?? 'none';
    if (who !== filter.agent) return false;
  }
  if (filter.hour === undefined && filter.weekday === undefined) return true;
  const cell = cellOf(wait.openedAt, tz);
  if (filter.hour !== undefined && cell.hour !== Number(filter.hour)) return false;
  return filter.weekday === undefined || cell.weekday + 1 === Number(filter.weekday);
}

function without(period: ReturnType<typeof readWaits>['period'], filter: WaitFilter, name: WaitFilterName): string {
  const rest = Object.fromEntries(Object.entries(filter).filter(([key]) => key !== name));
  return period ? waitsPath(period, rest) : '/reports/waits';
}

interface ChipsProps {
  filter: WaitFilter;
  nameOf: (id: string | null) => string;
  onRemove: (name: WaitFilterName) => void;
}

function FilterChips({ filter, nameOf, onRemove }: ChipsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const said: Record<WaitFilterName, (value: string) => string> = {
    outcome: (value) => t(`outcomes.${value}`),
    state: (value) => t(`outcomes.${value}`),
    channel: (value) => t(`channels.${value}`, value),
    agent: (value) => nameOf(value === 'none' ? null : value),
    weekday: (value) => format.weekday(Number(value) - 1, 'long'),
    hour: (value) => format.hour(Number(value)),
    kind: (value) => t(`wait.kinds.${value}`),
  };
  const entries = Object.entries(filter) as [WaitFilterName, string][];
  if (entries.length === 0) return null;
  return (
    <ul aria-label={t('filters.title')} className="m-0 mb-3 flex list-none flex-wrap gap-1.5 p-0">
      {entries.map(([name, value]) => (
        <li key={name}>
          <button
            type="button"
            onClick={() => onRemove(name)}
            className="touch flex h-6 items-center gap-1 rounded-sm bg-hover ps-2 pe-1 text-sm text-ink hover:bg-line"
          >
            <span className="sr-only">{t('filters.remove')}</span>
            <bdi>{said[name](value)}</bdi>
            <X size={12} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
