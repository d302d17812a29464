import type { SlaFigures, SlaReportView } from '#contracts';
import { csvHeader, csvRow } from '../waits/csv.rules.js';

export const GROUPINGS = ['channel', 'account', 'agent', 'team', 'hour', 'weekday', 'tag', 'policy'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface ReportRequest {
  /** Half-open: from <= outcome instant < to. */
  from: Date;
  to: Date;
  groupBy: Grouping | null;
  /** IANA zone of hours and weekdays; half-hour zones make buckets of local time, never of UTC. */
  tz: string;
}

/** One group, or the total, as the database counts it; seconds of response. */
export interface FigureRow {
  part: 'total' | 'group';
  key: string;
  label: string | null;
  met: number;
  breached: number;
  open: number;
  cancelled: number;
  firstN: number;
  firstMedian: number | null;
  firstP90: number | null;
  firstP95: number | null;
  nextN: number;
  nextMedian: number | null;
  nextP90: number | null;
  nextP95: number | null;
}

const CHANNEL_LABELS: Record<string, string> = {
  email: 'Email',
  sms: 'SMS',
  messenger: 'Messenger',
  webchat: 'Web chat',
  custom: 'Custom',
};
/** ISO: Monday is 1. */
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const NOBODY: Partial<Record<Grouping, string>> = { agent: 'Nobody', team: 'No team', tag: 'No tag' };

export function reportOf(rows: FigureRow[], request: ReportRequest): SlaReportView {
  const total = rows.find(({ part }) => part === 'total');
  const { groupBy } = request;
  const groups = rows
    .filter(({ part }) => part === 'group')
    .map((row) => ({ key: row.key || 'none', label: labelOf(row, groupBy!), ...figuresOf(row) }));
  const inOrder = groupBy === 'hour' || groupBy === 'weekday';
  return {
    from: request.from.toISOString(),
    to: request.to.toISOString(),
    tz: request.tz,
    groupBy,
    totals: figuresOf(total),
    groups: inOrder
      ? groups
      : groups.toSorted((a, b) => a.label.localeCompare(b.label, 'en') || (a.key < b.key ? -1 : 1)),
  };
}

function labelOf({ key, label }: FigureRow, groupBy: Grouping): string {
  if (key === '') return NOBODY[groupBy] ?? 'None';
  if (groupBy === 'channel') return CHANNEL_LABELS[key] ?? key;
  if (groupBy === 'hour') return `${key}:00`;
  if (groupBy === 'weekday') return WEEKDAYS[Number(key) - 1] ?? key;
  return label ?? key;
}

/** Nobody's figures are zeros; a rate without a case is null, never 100 %. */
export function figuresOf(row: FigureRow | undefined): SlaFigures {
  const { met = 0, breached = 0, open = 0, cancelled = 0 } = row ?? {};
  return {
    ...{ met, breached, open, cancelled },
    attainment: met + breached > 0 ? met / (met + breached) : null,
    firstResponse: responseOf(row?.firstN, [row?.firstMedian, row?.firstP90, row?.firstP95]),
    nextResponse: responseOf(row?.nextN, [row?.nextMedian, row?.nextP90, row?.nextP95]),
  };
}

function responseOf(n: number | undefined, seconds: (number | null | undefined)[]): SlaFigures['firstResponse'] {
  const [medianSeconds = null, p90Seconds = null, p95Seconds = null] = seconds;
  return { n: n ?? 0, medianSeconds, p90Seconds, p95Seconds };
}

/** The same figures as JSON, nested names dotted; without groups the one row of totals. */
export function reportCsv(report: SlaReportView): string {
  const rows = report.groupBy ? report.groups : [{ key: 'total', label: 'Total', ...report.totals }];
  const flat = rows.map((row) => flatten(row));
  const header = Object.keys(flatten({ key: '', label: '', ...report.totals }));
  return csvHeader(header) + flat.map((row) => csvRow(header.map((name) => row[name]))).join('');
}

type Flat = Record<string, string | number | null>;

function flatten(row: object, prefix = ''): Flat {
  return Object.entries(row).reduce<Flat>(
    (flat, [name, value]) =>
      typeof value === 'object' && value !== null
        ? { ...flat, ...flatten(value as object, `${prefix}${name}.`) }
        : { ...flat, [`${prefix}${name}`]: value as string | number | null },
    {},
  );
}
