import { durationToSeconds, newId } from '#kernel';
import type { PolicyLevel } from '#contracts';
import type { Level } from '../clock/model.rules.js';

/** When a level is due: a fraction of the way to the deadline, or a time after it. */
export function levelDueAt(at: PolicyLevel['at'], startsAt: Date, deadlineAt: Date): Date {
  if ('overdue' in at) return new Date(deadlineAt.getTime() + durationToSeconds(at.overdue) * 1000);
  const span = deadlineAt.getTime() - startsAt.getTime();
  return new Date(startsAt.getTime() + Math.round(span * at.fraction));
}

/**
 * All levels of a chain as rows made up front, so that no crash can forget the next one. With `existing` (the deadline
 * moved) only unfired ones are re-dated; what has fired stays, and a level the new chain lacks is skipped.
 */
export function planLevels(
  waitId: string,
  chain: PolicyLevel[],
  span: { startsAt: Date; deadlineAt: Date },
  existing: Level[] = [],
): Level[] {
  const known = new Map(existing.map((level) => [level.level, level]));
  const planned = chain.map(({ at, to }, index): Level => {
    const old = known.get(index + 1);
    known.delete(index + 1);
    if (old?.state === 'fired') return old;
    return {
      id: old?.id ?? newId(),
      waitId,
      level: index + 1,
      at,
      recipient: to,
      dueAt: levelDueAt(at, span.startsAt, span.deadlineAt),
      state: 'pending',
      firedAt: null,
      reason: null,
    };
  });
  const dropped = skipPending([...known.values()], 'retargeted');
  return [...planned, ...dropped];
}

export function skipPending(levels: Level[], reason: string): Level[] {
  return levels.map((level) => (level.state === 'pending' ? { ...level, state: 'skipped', reason } : level));
}

/** What ended the wait was taken back: what was skipped for that reason is due again, what has fired stays fired. */
export function revive(levels: Level[], reason: 'answered' | 'cancelled'): Level[] {
  return levels.map((level) =>
    level.state === 'skipped' && level.reason === reason ? { ...level, state: 'pending', reason: null } : level,
  );
}
