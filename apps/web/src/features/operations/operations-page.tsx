import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { operationsApi } from '../../api/admin.js';
import { useProblem } from '../../api/use-problem.js';
import { useFormat } from '../../i18n/format.js';
import { conversationPath, Link } from '../../router.js';
import { mayManage, useMe } from '../../session.js';
import { serverNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { Page, Section, Table } from '../../ui/page.js';
import type { Column } from '../../ui/page.js';
import { Reason } from '../../ui/reason.js';
import { Bar, ChannelIcon, Empty } from '../../ui/small.js';
import { toast } from '../../ui/toast.js';

const AGAIN_MS = 15_000;

/** What stepped aside and what did not arrive: both can be tried again from here. */
export default function OperationsPage() {
  const { t } = useTranslation();
  const me = useMe();
  if (!mayManage(me)) return <Empty whole title={t('problems.http_403')} />;
  return (
    <Page wide title={t('nav.operations')}>
      <Parked />
      <Deliveries />
    </Page>
  );
}

/** Does it, says so, and looks again. */
function useAct(run: (id: string) => Promise<unknown>, queryKey: string[], done: string) {
  const queries = useQueryClient();
  const say = useProblem();
  return useMutation({
    mutationFn: run,
    onSuccess: () => toast(done),
    onError: (error) => toast(say(error), { tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
}

function Parked() {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery({ queryKey: ['parked'], queryFn: operationsApi.parked, refetchInterval: AGAIN_MS });
  const replay = useAct(operationsApi.replay, ['parked'], t('operations.replayed'));
  return (
    <Troubles
      title={t('operations.parked')}
      hint={t('operations.parkedHint')}
      empty={t('operations.noneParked')}
      found={found}
      rows={found.data?.items ?? []}
      subject={{
        key: 'what',
        label: t('operations.what'),
        cell: (row) => (
          <span className="flex flex-col py-1">
            <code dir="ltr" className="text-start font-mono text-sm">
              {row.app} · {row.type}
            </code>
            <bdi dir="ltr" className="max-w-80 truncate text-faint" title={row.key}>
              {row.key}
            </bdi>
          </span>
        ),
      }}
      reasonOf={(row) => <bdi dir="auto">{row.error}</bdi>}
      more={[
        {
          key: 'behind',
          label: t('operations.behind'),
          number: true,
          wide: true,
          cell: (row) => format.number(row.waitingBehind),
        },
      ]}
      lastOf={(row) => row.lastSeenAt}
      act={replay}
      actLabel={() => t('operations.replay')}
    />
  );
}

function Deliveries() {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ['deliveries'],
    queryFn: async () => {
      const pages = await Promise.all(['failed', 'unknown'].map(operationsApi.deliveries));
      return pages.flatMap((page) => page.items).toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    },
    refetchInterval: AGAIN_MS,
  });
  const retry = useAct(operationsApi.retry, ['deliveries'], t('delivery.retrying'));
  return (
    <Troubles
      title={t('operations.deliveries')}
      hint={t('operations.deliveriesHint')}
      empty={t('operations.noneFailed')}
      found={found}
      rows={found.data ?? []}
      subject={{
        key: 'to',
        label: t('operations.to'),
        cell: (row) => (
          <Link href={conversationPath(row.conversationId, '')} className="flex items-center gap-2 text-ink">
            <ChannelIcon kind={row.channelKind} label={t(`channels.${row.channelKind}`)} />
            <bdi dir="ltr">{row.to}</bdi>
          </Link>
        ),
      }}
      reasonOf={(row) =>
        row.reason === null ? (
          t(row.state === 'unknown' ? 'delivery.unknownTitle' : 'delivery.failedTitle')
        ) : (
          <Reason of={row.reason} />
        )
      }
      lastOf={(row) => row.updatedAt}
      act={retry}
      actLabel={(row) => t(row.state === 'unknown' ? 'delivery.sendAgain' : 'delivery.retry')}
    />
  );
}

interface TroublesProps<T> {
  title: string;
  hint: string;
  empty: string;
  found: { isPending: boolean; isError: boolean };
  rows: T[];
  /** What or whom it is about. */
  subject: Column<T>;
  reasonOf: (row: T) => ReactNode;
  more?: Column<T>[];
  lastOf: (row: T) => string;
  act: ReturnType<typeof useAct>;
  actLabel: (row: T) => string;
}

/** What, why, how often, since when, and the button that tries again. */
function Troubles<T extends { id: string; attempts: number }>(props: TroublesProps<T>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { title, found, reasonOf, lastOf, act } = props;
  const columns: Column<T>[] = [
    {
      ...props.subject,
      cell: (row) => (
        <>
          {props.subject.cell(row)}
          <div className="py-1 text-soft md:hidden">{reasonOf(row)}</div>
        </>
      ),
    },
    {
      key: 'error',
      label: t('operations.error'),
      wide: true,
      cell: (row) => <div className="min-w-52">{reasonOf(row)}</div>,
    },
    ...(props.more ?? []),
    {
      key: 'attempts',
      label: t('operations.attempts'),
      number: true,
      wide: true,
      cell: (row) => format.number(row.attempts),
    },
    {
      key: 'last',
      label: t('operations.last'),
      number: true,
      wide: true,
      cell: (row) => format.when(lastOf(row), serverNow()),
    },
    {
      key: 'act',
      label: t('common.actions'),
      quiet: true,
      number: true,
      cell: (row) => (
        <Button disabled={act.isPending} onClick={() => act.mutate(row.id)}>
          {props.actLabel(row)}
        </Button>
      ),
    },
  ];
  return (
    <Section title={title} hint={props.hint}>
      {found.isPending ? (
        <Bar className="!h-24 w-full" />
      ) : (
        <Table
          label={title}
          rows={props.rows}
          keyOf={({ id }) => id}
          empty={found.isError ? t('operations.failed') : props.empty}
          columns={columns}
        />
      )}
    </Section>
  );
}
