import type { PolicyLevel } from '#contracts';

/** A span as people type it: a number and the largest unit that fits without a rest. */
export interface Span {
  value: number;
  unit: Unit;
}
export const UNITS = ['seconds', 'minutes', 'hours', 'days'] as const;
export type Unit = (typeof UNITS)[number];

const SECONDS: Record<Unit, number> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 };
const PATTERN = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

export function readDuration(text: string): number {
  const [, w, d, h, m, s] = (PATTERN.exec(text) ?? []).map((part) => Number(part ?? 0));
  return (w ?? 0) * 604_800 + (d ?? 0) * 86_400 + (h ?? 0) * 3_600 + (m ?? 0) * 60 + (s ?? 0);
}

export function spanOf(duration: string): Span {
  const seconds = readDuration(duration);
  // 24 h is what the defaults promise for mail; "1 day" would hide that it is clock time.
  const unit = (['days', 'hours', 'minutes'] as const).find(
    (name) => seconds > 0 && seconds % SECONDS[name] === 0 && (name !== 'days' || seconds >= 2 * SECONDS.days),
  );
  return unit
    ? { value: seconds / SECONDS[unit], unit }
    : { value: seconds, unit: seconds === 0 ? 'minutes' : 'seconds' };
}

export function durationOf({ value, unit }: Span): string {
  const seconds = Math.round(value * SECONDS[unit]);
  if (seconds === 0) return 'PT0S';
  const h = Math.floor(seconds / 3_600);
  const m = Math.floor((seconds % 3_600) / 60);
  const s = seconds % 60;
  return `PT${h ? `${h}H` : ''}${m ? `${m}M` : ''}${s ? `${s}S` : ''}`;
}

/** Where a level goes, as one word for a select; a destination carries its id. */
export const toWord = (to: PolicyLevel['to']): string =>
  typeof to === 'string' ? to : `destination:${to.destinationId}`;

export function fromWord(word: string): PolicyLevel['to'] {
  const id = /^destination:(.+)$/.exec(word)?.[1];
  return id ? { destinationId: id } : (word as PolicyLevel['to']);
}

export const RECIPIENTS = ['assignee', 'team', 'lead', 'manager', 'slack'] as const;

/** Levels in the order they will fire in, whatever order they were typed in. */
export function inOrder(chain: PolicyLevel[]): PolicyLevel[] {
  const place = ({ at }: PolicyLevel) => ('fraction' in at ? at.fraction : 1 + readDuration(at.overdue));
  return chain.toSorted((a, b) => place(a) - place(b));
}

/** Fractions as percentages, as people type them; a half of one that a program set stays one. */
export const writePercents = (fractions: number[]): string =>
  fractions.map((part) => String(Number((part * 100).toFixed(4)))).join(', ');

/** "50, 80" as fractions, smallest first, in whatever digits; null when something in it is no percentage between 0 and 100. */
export function readPercents(text: string): number[] | null {
  const latin = text.replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 0xf)).replaceAll('٫', '.');
  const parts = latin.split(/[\s,;،؛%٪]+/).filter(Boolean);
  const fractions = [...new Set(parts.map((part) => Number((Number(part) / 100).toFixed(6))))];
  return fractions.every((part) => part > 0 && part < 1) ? fractions.toSorted((a, b) => a - b) : null;
}
