import { Download } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { slaApi } from '../../api/admin.js';
import { queryString } from '../../api/http.js';
import { useFormat } from '../../i18n/format.js';
import { navigate, useSearch } from '../../router.js';
import { useNow } from '../../sync/ticker.js';
import { Button } from '../../ui/button.js';
import { Select } from '../../ui/field.js';
import { Page, Section } from '../../ui/page.js';
import { Bar, Empty } from '../../ui/small.js';
import { BreakingToday } from './breaking-today.js';
import { Figures } from './figures.js';
import { HeatMap } from './heat-map.js';
import { PERIODS, periodBefore, periodOf } from './period.rules.js';
import type { PeriodName } from './period.rules.js';
import { GroupTable } from './group-table.js';

const GroupChart = lazy(() => import('./group-chart.js'));
const MINUTE = 60_000;

/** Did we keep our promises, where did we break them, what will break today: answered without a scroll. */
export default function ReportsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(5 * MINUTE);
  const asked = new URLSearchParams(useSearch()).get('period');
  const name: PeriodName = PERIODS.find((known) => known === asked) ?? 'this-week';
  const tz = format.timeZone;
  const period = periodOf(name, now, tz);
  const before = periodBefore(period);
  const report = (groupBy?: string, of = period) => ({
    queryKey: ['report', of, groupBy, tz],
    queryFn: () => slaApi.report({ ...of, tz, groupBy }),
    placeholderData: (old: Awaited<ReturnType<typeof slaApi.report>> | undefined) => old,
  });
  const byChannel = useQuery(report('channel'));
  const byAgent = useQuery(report('agent'));
  const previous = useQuery(report(undefined, before));
  const csv = (groupBy: string) => `/api/v1/reports/sla.csv${queryString({ ...period, tz, groupBy })}`;

  if (byChannel.isError) {
    return (
      <Empty
        whole
        title={t('reports.failed')}
        action={<Button onClick={() => void byChannel.refetch()}>{t('common.tryAgain')}</Button>}
      />
    );
  }
  return (
    <Page
      wide
      title={t('nav.reports')}
      action={
        <>
          <span className="text-sm text-soft">{t('reports.zone', { zone: tz })}</span>
          <Select
            aria-label={t('reports.period')}
            value={name}
            onChange={(event) => navigate(`/reports?period=${event.target.value}`, { replace: true })}
            className="!w-auto"
            options={PERIODS.map((value) => ({ value, label: t(`reports.periods.${value}`) }))}
          />
        </>
      }
    >
      {byChannel.data ? (
        <Figures totals={byChannel.data.totals} before={previous.data?.totals ?? null} period={period} />
      ) : (
        <Bar className="!h-28 w-full" />
      )}
      <div className="mt-6 grid gap-x-10 gap-y-8 lg:grid-cols-[1fr_20rem] [&>section]:mt-0">
        <HeatMap period={period} />
        <BreakingToday />
      </div>
      <div className="mt-8 grid gap-x-10 gap-y-8 xl:grid-cols-2 [&>section]:mt-0">
        {(['channel', 'agent'] as const).map((cut) => {
          const data = cut === 'channel' ? byChannel.data : byAgent.data;
          return (
            <Section
              key={cut}
              title={t(`reports.by.${cut}`)}
              action={
                <a
                  href={csv(cut)}
                  download
                  className="touch flex items-center gap-1.5 text-sm text-accent no-underline hover:underline"
                >
                  <Download size={14} aria-hidden />
                  {t('reports.csv')}
                </a>
              }
            >
              {data ? (
                <>
                  <GroupTable groups={data.groups} cut={cut} period={period} />
                  <Suspense fallback={<div className="h-40" />}>
                    <GroupChart groups={data.groups} cut={cut} />
                  </Suspense>
                </>
              ) : (
                <Bar className="!h-40 w-full" />
              )}
            </Section>
          );
        })}
      </div>
      <p className="mt-8 max-w-[44rem] text-sm text-soft">{t('reports.definition')}</p>
    </Page>
  );
}
