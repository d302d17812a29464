import type { PolicyView, WaitView } from '#contracts';
import type { Wait } from '../clock/model.rules.js';
import type { Competitor } from '../clock/policy.rules.js';

/** A stretch of the wait: did it count, and why. */
export interface Span {
  from: string;
  to: string;
  seconds: number;
  counted: boolean;
  why: 'before_deadline_message' | 'clock_runs' | 'overdue';
  /** Counted seconds up to its end. */
  runningTotal: number;
}

export interface LedgerLine {
  type: string;
  at: Date;
  recordedAt: Date;
  cause: string | null;
  actor: string | null;
  evidenceId: string | null;
  data: Record<string, unknown>;
}

export interface WaitExplanation {
  wait: WaitView;
  spans: Span[];
  /** Counted seconds from the start of the target to the deadline. */
  countedSecondsAtDueAt: number | null;
  policies: {
    policyId: string;
    policyVersion: number;
    name: string;
    rank: number;
    verdict: Competitor['verdict'];
    because: string | null;
    target: string | null;
    dueAt: string | null;
  }[];
  warnings: { fraction: number; at: string; firedAt: string | null }[];
  levels: WaitView['escalations'];
  messages: { messageId: string; channelKind: string; openedAt: string; receivedAt: string; setsDeadline: boolean }[];
  ledger: {
    type: string;
    at: string;
    recordedAt: string;
    cause: string | null;
    actor: string | null;
    evidenceId: string | null;
    data: Record<string, unknown>;
  }[];
}

/**
 * The wait cut at every instant that changes how it counts, from its opening to its end (or now). Up to the deadline the
 * counted seconds add up to the time that was allowed: the target, or the grace that a change left.
 */
export function spansOf(wait: Wait, now: Date): Span[] {
  const end = wait.endedAt ?? now;
  const cuts: { to: Date; counted: boolean; why: Span['why'] }[] = [];
  if (wait.startsAt > wait.openedAt) cuts.push({ to: wait.startsAt, counted: false, why: 'before_deadline_message' });
  if (wait.deadlineAt) cuts.push({ to: wait.deadlineAt, counted: true, why: 'clock_runs' });
  cuts.push({ to: end, counted: true, why: wait.deadlineAt ? 'overdue' : 'clock_runs' });
  const spans: Span[] = [];
  let from = wait.openedAt;
  let runningTotal = 0;
  for (const { to: cut, counted, why } of cuts) {
    const to = cut < end ? cut : end;
    if (to <= from) continue;
    const seconds = (to.getTime() - from.getTime()) / 1000;
    if (counted) runningTotal += seconds;
    spans.push({ from: from.toISOString(), to: to.toISOString(), seconds, counted, why, runningTotal });
    from = to;
  }
  return spans;
}

/** Why this policy and no other; the list is the one stamped on the wait. */
export function contestOf(competitors: Competitor[]): WaitExplanation['policies'] {
  return competitors.map(({ policy, verdict, because, target, deadlineAt }) => ({
    policyId: policy.id,
    policyVersion: policy.version,
    name: policy.name,
    rank: policy.rank satisfies PolicyView['rank'],
    verdict,
    because,
    target: target?.target ?? null,
    dueAt: deadlineAt?.toISOString() ?? null,
  }));
}

export function explain(
  wait: Wait,
  parts: { view: WaitView; competitors: Competitor[]; ledger: LedgerLine[]; now: Date },
): WaitExplanation {
  const iso = (instant: Date | null) => instant?.toISOString() ?? null;
  return {
    wait: parts.view,
    spans: spansOf(wait, parts.now),
    countedSecondsAtDueAt: wait.deadlineAt ? (wait.deadlineAt.getTime() - wait.startsAt.getTime()) / 1000 : null,
    policies: contestOf(parts.competitors),
    warnings: wait.warnings.map(({ fraction, at, firedAt }) => ({
      fraction,
      at: at.toISOString(),
      firedAt: iso(firedAt),
    })),
    levels: parts.view.escalations,
    messages: wait.candidates.map(({ messageId, channelKind, openedAt, receivedAt }) => ({
      ...{ messageId, channelKind, openedAt: openedAt.toISOString(), receivedAt: receivedAt.toISOString() },
      setsDeadline: messageId === wait.deadlineMessageId,
    })),
    ledger: parts.ledger.map((line) => ({
      ...line,
      at: line.at.toISOString(),
      recordedAt: line.recordedAt.toISOString(),
    })),
  };
}
