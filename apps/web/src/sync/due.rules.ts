import type { DueView } from '#contracts';

/** How near a promise is to breaking: 50 % and 80 % are the warning marks of domain.md 2.8. */
export type Urgency = 'calm' | 'half' | 'soon' | 'late';

export interface DueState {
  urgency: Urgency;
  /** Whole seconds; negative once the deadline has passed. */
  secondsLeft: number;
  /** Part of the promised time that is gone, 0 to 1. */
  gone: number;
}

export function dueState(due: Pick<DueView, 'openedAt' | 'dueAt'>, now: number): DueState {
  const dueAt = Date.parse(due.dueAt);
  const openedAt = Date.parse(due.openedAt);
  const span = Math.max(1, dueAt - openedAt);
  const gone = Math.min(1, Math.max(0, (now - openedAt) / span));
  // Floor towards the deadline: 59.9 s left is still "59 s", and the first late instant is already "−0 s".
  const secondsLeft = Math.floor((dueAt - now) / 1000);
  if (now > dueAt) return { urgency: 'late', secondsLeft: Math.min(-1, secondsLeft), gone: 1 };
  if (gone >= 0.8) return { urgency: 'soon', secondsLeft, gone };
  return { urgency: gone >= 0.5 ? 'half' : 'calm', secondsLeft, gone };
}

export const SECTIONS = ['late', 'today', 'later', 'none'] as const;
export type Section = (typeof SECTIONS)[number];

/** Which quiet line of the list a row stands under; `endOfToday` is the agent's own midnight, in milliseconds. */
export function sectionOf(due: DueView | null, now: number, endOfToday: number): Section {
  if (!due) return 'none';
  const dueAt = Date.parse(due.dueAt);
  if (dueAt < now) return 'late';
  return dueAt < endOfToday ? 'today' : 'later';
}

/** The two largest units that matter: 3 d · 5 h 20 m · 18 m · 45 s. Always positive; the sign is the caller's. */
export function unitsOf(seconds: number): [number, 'day' | 'hour' | 'minute' | 'second'][] {
  const s = Math.floor(Math.abs(seconds));
  if (s < 60) return [[s, 'second']];
  const m = Math.floor(s / 60);
  if (m < 60) return [[m, 'minute']];
  const h = Math.floor(m / 60);
  if (h < 10 && m % 60) {
    return [
      [h, 'hour'],
      [m % 60, 'minute'],
    ];
  }
  if (h < 48) return [[h, 'hour']];
  return [[Math.floor(h / 24), 'day']];
}
