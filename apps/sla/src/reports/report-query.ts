import { readInstant, readText } from '#platform';
import { invalid } from '#kernel';
import { readZone } from '../waits/zone.js';
import { type Grouping, GROUPINGS, type ReportRequest } from './report.rules.js';

const DEFAULT_DAYS = 30;

/** @throws DomainError invalid_query, invalid_period, invalid_time_zone */
export function readReportRequest(query: Record<string, unknown>, now: Date): ReportRequest {
  const to = readInstant(query, 'to') ?? now;
  const from = readInstant(query, 'from') ?? new Date(to.getTime() - DEFAULT_DAYS * 86_400_000);
  if (from >= to) throw invalid('invalid_period', 'from must be before to; the period is from <= instant < to.');
  return { from, to, groupBy: readGrouping(query), tz: readZone(query) };
}

function readGrouping(query: Record<string, unknown>): Grouping | null {
  const text = readText(query, 'groupBy');
  if (text === undefined) return null;
  const found = GROUPINGS.find((grouping) => grouping === text);
  if (!found) throw invalid('invalid_query', `groupBy="${text.slice(0, 40)}" is unknown; use ${GROUPINGS.join(', ')}.`);
  return found;
}
