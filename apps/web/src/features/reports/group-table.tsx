import { useTranslation } from 'react-i18next';
import type { ResponseFigures, SlaReportView } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { Link } from '../../router.js';
import { Table } from '../../ui/page.js';
import { waitsPath } from './address.js';
import type { WaitFilter } from './address.js';
import { Rate, SMALL_SAMPLE } from './figures.js';
import type { Period } from './period.rules.js';

type Group = SlaReportView['groups'][number];
export type Cut = 'channel' | 'agent';

export function useGroupLabel(cut: Cut): (group: Group) => string {
  const { t } = useTranslation();
  return (group) => {
    if (cut === 'channel') return t(`channels.${group.key}`);
    return group.key === 'none' ? t('reports.nobody') : group.label || t('thread.somebody');
  };
}

/** The numbers behind the chart, each a link to its waits. */
export function GroupTable({ groups, cut, period }: { groups: Group[]; cut: Cut; period: Period }) {
  const { t } = useTranslation();
  const format = useFormat();
  const labelOf = useGroupLabel(cut);
  const to = (group: Group, filter: WaitFilter) => waitsPath(period, { ...filter, [cut]: group.key || 'none' });
  const number = (group: Group, value: number, filter: WaitFilter) =>
    value === 0 ? (
      <span className="text-faint">{format.number(0)}</span>
    ) : (
      <Link href={to(group, filter)} className="text-ink">
        {format.number(value)}
      </Link>
    );
  const time = (seconds: ResponseFigures['medianSeconds']) =>
    seconds === null ? <span className="text-faint">{t('reports.noData')}</span> : format.short(seconds);
  return (
    <Table
      label={t(`reports.by.${cut}`)}
      rows={groups}
      keyOf={(group) => group.key}
      empty={t('reports.noData')}
      columns={[
        {
          key: 'label',
          label: t(`filters.${cut === 'agent' ? 'assignee' : 'channel'}`),
          cell: (group) => <bdi>{labelOf(group)}</bdi>,
        },
        {
          key: 'attainment',
          label: t('reports.attainment'),
          number: true,
          cell: (group) => (
            <>
              <Rate figures={group} />
              {group.attainment !== null && group.met + group.breached < SMALL_SAMPLE ? (
                <span className="block text-faint">{t('reports.smallSample')}</span>
              ) : null}
            </>
          ),
        },
        {
          key: 'met',
          label: t('reports.met'),
          number: true,
          cell: (group) => number(group, group.met, { outcome: 'met' }),
        },
        {
          key: 'breached',
          label: t('reports.breaches'),
          number: true,
          cell: (group) => number(group, group.breached, { outcome: 'breached' }),
        },
        {
          key: 'median',
          label: t('reports.median'),
          number: true,
          cell: (group) => time(group.firstResponse.medianSeconds),
        },
        { key: 'p90', label: t('reports.p90'), number: true, cell: (group) => time(group.firstResponse.p90Seconds) },
        { key: 'p95', label: t('reports.p95'), number: true, cell: (group) => time(group.firstResponse.p95Seconds) },
      ]}
    />
  );
}
