import type { Period } from './period.rules.js';

/** What a list of waits is narrowed to; every figure of the report is a link with some of these. */
export const WAIT_FILTERS = ['outcome', 'state', 'channel', 'agent', 'weekday', 'hour', 'kind'] as const;
export type WaitFilterName = (typeof WAIT_FILTERS)[number];
export type WaitFilter = Partial<Record<WaitFilterName, string>>;

export function waitsPath(period: Period, filter: WaitFilter): string {
  return `/reports/waits?${new URLSearchParams({ ...period, ...filter }).toString()}`;
}

export function readWaits(search: string): { period: Period | null; filter: WaitFilter } {
  const params = new URLSearchParams(search);
  const from = params.get('from');
  const to = params.get('to');
  const filter: WaitFilter = {};
  for (const name of WAIT_FILTERS) {
    const value = params.get(name);
    if (value !== null) filter[name] = value;
  }
  return { period: from && to ? { from, to } : null, filter };
}
