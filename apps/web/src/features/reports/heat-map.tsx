import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { WaitView } from '#contracts';
import { slaApi } from '../../api/admin.js';
import { useFormat } from '../../i18n/format.js';
import { Link } from '../../router.js';
import { Section } from '../../ui/page.js';
import { waitsPath } from './address.js';
import { cellOf } from './period.rules.js';
import type { Period } from './period.rules.js';

/** The API cuts by hour or by weekday, not by both; so the broken promises themselves are counted here. */
const PAGE = 200;
const PAGES = 10;

async function breachedWaits(period: Period): Promise<{ waits: WaitView[]; all: boolean }> {
  const waits: WaitView[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const answer: Awaited<ReturnType<typeof slaApi.waits>> = await slaApi.waits({
      ...period,
      outcome: 'breached',
      limit: PAGE,
      cursor,
    });
    waits.push(...answer.items);
    cursor = answer.nextCursor;
    if (!cursor) return { waits, all: true };
  }
  return { waits, all: false };
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const DAYS = Array.from({ length: 7 }, (_, day) => day);

/** When the broken promises began, hour by weekday: a table whose cells are links, tinted by their number. */
export function HeatMap({ period }: { period: Period }) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery({ queryKey: ['breached', period], queryFn: () => breachedWaits(period) }).data;
  const counts = useMemo(() => {
    const grid = DAYS.map(() => HOURS.map(() => 0));
    for (const wait of found?.waits ?? []) {
      const { weekday, hour } = cellOf(wait.openedAt, format.timeZone);
      grid[weekday]![hour]! += 1;
    }
    return grid;
  }, [found, format.timeZone]);
  const most = Math.max(1, ...counts.flat());
  return (
    <Section title={t('reports.heat')} hint={t('reports.heatHint')}>
      <div role="region" aria-label={t('reports.heat')} tabIndex={0} className="relative overflow-x-auto">
        <table className="w-full min-w-[36rem] table-fixed border-separate border-spacing-[2px] text-sm">
          <thead>
            <tr>
              <th scope="col" className="w-14 text-start font-normal text-faint">
                <span className="sr-only">{t('reports.weekday')}</span>
              </th>
              {HOURS.map((hour) => (
                <th key={hour} scope="col" className="tabular p-0 text-center font-normal text-faint">
                  <span className={hour % 3 === 0 ? '' : 'sr-only'}>{format.number(hour)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {DAYS.map((day) => (
              <tr key={day}>
                <th scope="row" className="text-start font-normal text-soft">
                  {format.weekday(day)}
                </th>
                {HOURS.map((hour) => {
                  const count = counts[day]![hour]!;
                  const share = count / most;
                  return (
                    <td key={hour} className="h-7 rounded-sm bg-app p-0 text-center">
                      {count > 0 ? (
                        <Link
                          href={waitsPath(period, {
                            outcome: 'breached',
                            weekday: String(day + 1),
                            hour: String(hour),
                          })}
                          title={`${format.weekday(day, 'long')} ${format.hour(hour)}`}
                          className="tabular flex h-full items-center justify-center rounded-sm font-medium text-red no-underline"
                          style={{
                            background: `color-mix(in oklab, var(--k-red-soft) ${30 + share * 70}%, var(--k-app))`,
                          }}
                        >
                          {format.number(count)}
                        </Link>
                      ) : null}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found && found.waits.length === 0 ? (
        <p className="mt-2 mb-0 text-sm text-soft">{t('reports.noBreaches')}</p>
      ) : null}
      {found && !found.all ? (
        <p className="mt-2 mb-0 text-sm text-soft">{t('reports.partial', { count: found.waits.length })}</p>
      ) : null}
    </Section>
  );
}
