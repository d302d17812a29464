import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { ResponseFigures, SlaFigures } from '#contracts';
import { useFormat } from '../../i18n/format.js';
import { Link } from '../../router.js';
import { waitsPath } from './address.js';
import type { Period } from './period.rules.js';

/** Fewer outcomes than this prove nothing, and the page says so. */
export const SMALL_SAMPLE = 10;

interface FiguresProps {
  totals: SlaFigures;
  before: SlaFigures | null;
  period: Period;
}

/** The three numbers of a manager's first look; each opens the waits behind it. */
export function Figures({ totals, before, period }: FiguresProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const n = totals.met + totals.breached;
  return (
    <dl className="m-0 grid gap-px overflow-hidden border-y border-line bg-line md:grid-cols-2 xl:grid-cols-4">
      <Figure label={t('reports.attainment')}>
        <Link href={waitsPath(period, { state: 'ended' })} className="text-ink no-underline hover:underline">
          {n > 0 ? <Rate figures={totals} /> : <Nothing />}
        </Link>
        {n > 0 ? (
          <Detail>
            {t('reports.ofWaits', { met: format.number(totals.met), count: n })}
            <Against totals={totals} before={before} />
          </Detail>
        ) : null}
      </Figure>
      <Figure label={t('reports.breaches')}>
        <Link
          href={waitsPath(period, { outcome: 'breached' })}
          className={
            totals.breached > 0 ? 'text-red no-underline hover:underline' : 'text-ink no-underline hover:underline'
          }
        >
          {format.number(totals.breached)}
        </Link>
        <Detail>
          <Link href={waitsPath(period, { state: 'open' })} className="text-soft">
            {t('reports.open', { count: totals.open })}
          </Link>{' '}
          ·{' '}
          <Link href={waitsPath(period, { outcome: 'cancelled' })} className="text-soft">
            {t('reports.cancelled', { count: totals.cancelled })}
          </Link>
        </Detail>
      </Figure>
      <Response
        label={t('reports.firstResponse')}
        figures={totals.firstResponse}
        path={waitsPath(period, { kind: 'first_response' })}
      />
      <Response
        label={t('reports.nextResponse')}
        figures={totals.nextResponse}
        path={waitsPath(period, { kind: 'next_response' })}
      />
    </dl>
  );
}

const Figure = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="bg-surface px-1 py-4 md:px-4 md:first:ps-0">
    <dt className="text-sm text-soft">{label}</dt>
    <dd className="tabular m-0 text-figure font-semibold">{children}</dd>
  </div>
);

const Detail = ({ children }: { children: ReactNode }) => (
  <span className="mt-0.5 flex flex-wrap gap-x-1.5 text-sm font-normal text-soft">{children}</span>
);

/** What is not there does not shout. */
function Nothing() {
  const { t } = useTranslation();
  return <span className="text-lg font-medium text-faint">{t('reports.noData')}</span>;
}

/** Never 0 % for nothing: no data is called no data. */
export function Rate({ figures }: { figures: SlaFigures }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (figures.attainment === null) return <span className="text-faint">{t('reports.noData')}</span>;
  return <>{format.percent(figures.attainment)}</>;
}

function Against({ totals, before }: { totals: SlaFigures; before: SlaFigures | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (totals.met + totals.breached < SMALL_SAMPLE) return <span>{t('reports.smallSample')}</span>;
  if (totals.attainment === null || before?.attainment === null || before?.attainment === undefined) return null;
  return <span>{t('reports.before', { value: format.percent(before.attainment) })}</span>;
}

function Response({ label, figures, path }: { label: string; figures: ResponseFigures; path: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Figure label={label}>
      {figures.medianSeconds === null ? (
        <Nothing />
      ) : (
        <>
          <Link href={path} className="text-ink no-underline hover:underline">
            {format.short(figures.medianSeconds)}
          </Link>
          <Detail>
            {t('reports.percentiles', {
              p90: format.short(figures.p90Seconds ?? 0),
              p95: format.short(figures.p95Seconds ?? 0),
              count: figures.n,
            })}
            {figures.n < SMALL_SAMPLE ? <span>{t('reports.smallSample')}</span> : null}
          </Detail>
        </>
      )}
    </Figure>
  );
}
