import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { unitsOf } from '../sync/due.rules.js';

/** Locales with the conventions people expect: 24 hours, and in Persian the Jalali calendar with Persian digits. */
const LOCALES: Record<string, string> = { en: 'en-GB', el: 'el-GR', ro: 'ro-RO', hu: 'hu-HU', fa: 'fa-IR' };

/** Before Persian digits the minus needs a mark of direction, as CLDR writes it, or it lands on the wrong side. */
const MINUS: Record<string, string> = { fa: '\u200e−' };

export type Format = ReturnType<typeof createFormat>;

/** Everything that is shown as number, instant or span; the time zone is the agent's, never the machine's. */
// eslint-disable-next-line max-lines-per-function -- one closure over formatters that are costly to make
export function createFormat(language: string, timeZone: string | undefined) {
  const locale = LOCALES[language] ?? 'en-GB';
  const zone = validZone(timeZone);
  const date = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...(zone ? { timeZone: zone } : {}), ...options });
  const times = date({ hour: '2-digit', minute: '2-digit' });
  const seconds = date({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const days = date({ weekday: 'long', day: 'numeric', month: 'long' });
  const shortDays = date({ weekday: 'short', day: 'numeric', month: 'short' });
  const datesOnly = date({ day: 'numeric', month: 'short', year: 'numeric' });
  const dayMonths = date({ day: 'numeric', month: 'short' });
  const dayKeys = new Intl.DateTimeFormat('en-CA', { ...(zone ? { timeZone: zone } : {}), dateStyle: 'short' });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const units = new Map<string, Intl.NumberFormat>();
  const unit = (name: string, display: 'narrow' | 'long') => {
    const key = `${name}:${display}`;
    const made =
      units.get(key) ??
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: language === 'fa' ? 'long' : display });
    units.set(key, made);
    return made;
  };
  const span = (value: number, display: 'narrow' | 'long') =>
    unitsOf(value)
      .map(([amount, name]) => unit(name, display).format(amount))
      .join(' ');
  const dayKey = (at: string | number | Date) => dayKeys.format(new Date(at));
  const sameDay = (a: string | number, b: number) => dayKey(a) === dayKey(b);

  return {
    language,
    locale,
    timeZone: zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    number: (value: number) => whole.format(value),
    percent: (value: number) => percents.format(value),
    time: (at: string | number) => times.format(new Date(at)),
    exact: (at: string | number) => `${days.format(new Date(at))} ${seconds.format(new Date(at))}`,
    day: (at: string | number) => days.format(new Date(at)),
    shortDate: (at: string | number) => dayMonths.format(new Date(at)),
    date: (at: string | number) => datesOnly.format(new Date(at)),
    dayKey,
    /** Today only the time, otherwise the day as well. */
    when: (at: string | number, now: number) =>
      sameDay(at, now) ? times.format(new Date(at)) : `${shortDays.format(new Date(at))} ${times.format(new Date(at))}`,
    /** "18 m", and "−12 m" once it is late. */
    countdown: (value: number) => (value < 0 ? (MINUS[language] ?? '−') : '') + span(value, 'narrow'),
    duration: (value: number) => span(value, 'long'),
    short: (value: number) => span(value, 'narrow'),
    weekday: (monday0: number, length: 'short' | 'narrow' | 'long' = 'short') =>
      // 2024-01-01 was a Monday; ISO weeks in every language's report.
      new Intl.DateTimeFormat(locale, { weekday: length, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + monday0)),
    hour: (hour: number) =>
      new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' }).format(
        Date.UTC(2024, 0, 1, hour),
      ),
    bytes: (size: number) => {
      const [value, name] =
        size < 1e3 ? [size, 'byte'] : size < 1e6 ? [size / 1e3, 'kilobyte'] : [size / 1e6, 'megabyte'];
      return new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: name,
        maximumFractionDigits: value < 10 ? 1 : 0,
      }).format(value);
    },
    /** The agent's own midnight after `now`: where "today" ends. */
    endOfDay: (now: number) => endOfDay(now, dayKey),
  };
}

/** Steps by quarters of an hour: zones are offset by no less, and a day may have 23 or 25 hours. */
function endOfDay(now: number, dayKey: (at: number) => string): number {
  const quarter = 15 * 60_000;
  const today = dayKey(now);
  let at = Math.ceil((now + 1) / quarter) * quarter;
  while (dayKey(at) === today) at += quarter;
  return at;
}

function validZone(zone: string | undefined): string | undefined {
  if (!zone) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
}

let ownZone: string | undefined;
/** Set once at sign-in from the person's profile. */
export function setZone(zone: string | undefined): void {
  ownZone = zone;
}

const made = new Map<string, Format>();

export function useFormat(): Format {
  const { i18n } = useTranslation();
  const language = i18n.language;
  const zone = ownZone;
  return useMemo(() => {
    const key = `${language}|${zone ?? ''}`;
    const format = made.get(key) ?? createFormat(language, zone);
    made.set(key, format);
    return format;
  }, [language, zone]);
}
