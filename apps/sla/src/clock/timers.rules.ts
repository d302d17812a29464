import type { DueView } from '#contracts';
import { revokeAnswer } from './answer.rules.js';
import { breach } from './breach.rules.js';
import type { Decision, Fact, Picture, Wait } from './model.rules.js';
import type { PolicyLists } from './target.rules.js';
import { replaceWait } from './wait.rules.js';

/** Something of a wait that falls due by itself. */
type Timer =
  | { at: Date; what: 'warning'; index: number }
  | { at: Date; what: 'breach' }
  | { at: Date; what: 'level'; index: number };

/**
 * Fires whatever of this conversation was due before `now`, in due order: replies that no provider took, warnings,
 * breaches, levels. A level at the deadline itself fires with the breach, so that Slack hears in the same second.
 */
export function fireDue(picture: Picture, now: Date, lists: PolicyLists): Decision {
  let next = picture;
  const facts: Fact[] = [];
  for (const reply of picture.replies) {
    if (reply.handoverDueAt === null || reply.handoverDueAt >= now) continue;
    const why = { at: reply.handoverDueAt, cause: 'not_accepted' as const, now, lists };
    const revoked = revokeAnswer(next, reply, why);
    next = revoked.picture;
    facts.push(...revoked.facts);
  }
  for (const wait of next.waits) {
    const fired = fireWait(wait, next, now);
    if (fired.facts.length === 0) continue;
    next = replaceWait(next, fired.wait);
    facts.push(...fired.facts);
  }
  return { picture: next, facts };
}

function fireWait(wait: Wait, picture: Picture, now: Date): { wait: Wait; facts: Fact[] } {
  let current = wait;
  const facts: Fact[] = [];
  for (const timer of timersOf(wait)) {
    if (timer.at >= now) break;
    const fact = fireTimer(current, timer, picture, now);
    if (!fact) continue;
    current = fact.wait;
    facts.push(fact);
  }
  return { wait: current, facts };
}

function fireTimer(wait: Wait, timer: Timer, { conversation }: Picture, now: Date): Fact | null {
  if (timer.what === 'breach') return breach(wait, conversation, now).fact;
  if (timer.what === 'warning') {
    // a warning of a deadline that has passed as well warns of nothing
    if (wait.deadlineAt! < now) return null;
    const warnings = wait.warnings.map((warning, i) => (i === timer.index ? { ...warning, firedAt: now } : warning));
    const data = { fraction: warnings[timer.index]!.fraction, firedAt: now.toISOString() };
    return { type: 'wait.warned', wait: { ...wait, warnings }, at: timer.at, data };
  }
  const levels = wait.levels.map((level, i) =>
    i === timer.index ? { ...level, state: 'fired' as const, firedAt: now } : level,
  );
  const level = levels[timer.index]!;
  return { type: 'escalation.fired', wait: { ...wait, levels }, at: timer.at, level, data: { level: level.level } };
}

const ORDER = { warning: 0, breach: 1, level: 2 };

/** What has not fired yet, in due order; nothing for a wait that ended or has no target. */
function timersOf(wait: Wait): Timer[] {
  const timers: Timer[] = [];
  eachTimer(wait, (at, what, index) => timers.push(what === 'breach' ? { at, what } : { at, what, index }));
  return timers.sort((a, b) => a.at.getTime() - b.at.getTime() || ORDER[a.what] - ORDER[b.what]);
}

function eachTimer(wait: Wait, visit: (at: Date, what: Timer['what'], index: number) => void): void {
  if (wait.state !== 'open' || wait.deadlineAt === null) return;
  if (wait.breachedAt === null) {
    visit(wait.deadlineAt, 'breach', 0);
    wait.warnings.forEach(({ at, firedAt }, index) => firedAt === null && visit(at, 'warning', index));
  }
  wait.levels.forEach(({ dueAt, state }, index) => state === 'pending' && visit(dueAt, 'level', index));
}

/** The conversation's next timer: what the due index holds. */
export function nextTimerAt(picture: Picture): Date | null {
  let next: Date | null = null;
  let earliest = Infinity;
  const consider = (at: Date) => {
    if (at.getTime() >= earliest) return;
    next = at;
    earliest = at.getTime();
  };
  for (const wait of picture.waits) eachTimer(wait, consider);
  for (const { handoverDueAt } of picture.replies) if (handoverDueAt) consider(handoverDueAt);
  return next;
}

/** What the conversation is due for: its earliest open wait, breached ones first by nature of their deadline. */
export function dueOf(picture: Picture): DueView | null {
  let due: Wait | null = null;
  for (const wait of picture.waits) {
    if (wait.state !== 'open' || wait.deadlineAt === null) continue;
    if (due === null || wait.deadlineAt < due.deadlineAt!) due = wait;
  }
  if (due === null) return null;
  return {
    waitId: due.id,
    kind: due.kind,
    openedAt: due.openedAt.toISOString(),
    dueAt: due.deadlineAt!.toISOString(),
    breachedAt: due.breachedAt?.toISOString() ?? null,
  };
}
