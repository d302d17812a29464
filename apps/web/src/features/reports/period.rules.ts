import { instantOf, wallOf } from '../../i18n/zone.rules.js';

export const PERIODS = ['this-week', 'last-week', 'last-7', 'last-30'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** Half-open: `from` belongs to it, `to` does not. */
export interface Period {
  from: string;
  to: string;
}

const DAY = 86_400_000;

/** Weeks are ISO weeks, Monday to Sunday, in the zone the report is printed in. */
export function periodOf(name: PeriodName, now: number, timeZone: string): Period {
  const wall = wallOf(now, timeZone);
  const midnight = (days: number): number => {
    const date = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
    return instantOf(
      { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour: 0, minute: 0 },
      timeZone,
    );
  };
  const sinceMonday = (wall.weekday + 6) % 7;
  const days: Record<PeriodName, [number, number]> = {
    'this-week': [-sinceMonday, 7 - sinceMonday],
    'last-week': [-sinceMonday - 7, -sinceMonday],
    'last-7': [-6, 1],
    'last-30': [-29, 1],
  };
  const [from, to] = days[name];
  return { from: new Date(midnight(from)).toISOString(), to: new Date(midnight(to)).toISOString() };
}

/** The stretch of the same length right before. */
export function periodBefore(period: Period): Period {
  const from = Date.parse(period.from);
  const length = Math.round((Date.parse(period.to) - from) / DAY) * DAY;
  return { from: new Date(from - length).toISOString(), to: period.from };
}

/** Row of the week (Monday is 0) and column of the day in the report's zone. */
export function cellOf(at: string, timeZone: string): { weekday: number; hour: number } {
  const wall = wallOf(Date.parse(at), timeZone);
  return { weekday: (wall.weekday + 6) % 7, hour: wall.hour };
}
