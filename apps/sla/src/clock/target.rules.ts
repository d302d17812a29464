import type { PolicyView, WaitKind } from '#contracts';
import { planLevels } from '../escalations/levels.rules.js';
import type { Candidate, Conversation, PolicyList, Wait, Warning } from './model.rules.js';
import { type PolicyFacts, winnerOf } from './policy.rules.js';

/** A change never sets a deadline sooner than this after it (domain.md 2.6: 15 min of grace). */
export const RETARGET_GRACE_MS = 15 * 60_000;

/** Ranked lists by version: the ones that open waits were judged by, and the present one. */
export type PolicyLists = ReadonlyMap<number, PolicyList>;

/** One message's claim to the deadline. */
export interface Aim {
  candidate: Candidate;
  policy: PolicyView;
  targetSeconds: number;
  startsAt: Date;
  deadlineAt: Date;
}

export function factsOf(conversation: Conversation, candidate: Candidate): PolicyFacts {
  return {
    channelKind: candidate.channelKind,
    slaKind: candidate.slaKind,
    priority: conversation.priority,
    category: null,
    tier: null,
    teamId: conversation.teamId,
  };
}

/** The deadline that a message asks for; null when no policy promises anything. */
export function aimOf(
  candidate: Candidate,
  kind: WaitKind,
  conversation: Conversation,
  lists: PolicyLists,
): Aim | null {
  const list = lists.get(candidate.listVersion);
  if (!list) throw new Error(`the policy list ${candidate.listVersion} is not loaded`);
  const winner = winnerOf(list, factsOf(conversation, candidate), kind, candidate.openedAt);
  if (!winner) return null;
  return {
    candidate,
    policy: winner.policy,
    targetSeconds: winner.targetSeconds,
    startsAt: candidate.openedAt,
    deadlineAt: winner.deadlineAt,
  };
}

/** Of several unanswered messages the earliest deadline counts, whatever channel it came by (domain.md 2.4). */
export function earliestAim(aims: (Aim | null)[]): Aim | null {
  let best: Aim | null = null;
  for (const aim of aims) if (aim && (!best || aim.deadlineAt < best.deadlineAt)) best = aim;
  return best;
}

/** The wait with this deadline: promise, warnings and chain come from the policy that set it. */
export function withAim(wait: Wait, aim: Aim): Wait {
  const { candidate, policy, startsAt, deadlineAt } = aim;
  return {
    ...wait,
    channelId: candidate.channelId,
    channelKind: candidate.channelKind,
    slaKind: candidate.slaKind,
    deadlineMessageId: candidate.messageId,
    policyId: policy.id,
    policyVersion: policy.version,
    listVersion: candidate.listVersion,
    targetSeconds: aim.targetSeconds,
    basis: 'clock',
    startsAt,
    deadlineAt,
    warnings: planWarnings(policy.warnAt, aim, wait.warnings),
    levels: planLevels(wait.id, policy.chain, aim, wait.levels),
  };
}

function planWarnings(fractions: number[], span: { startsAt: Date; deadlineAt: Date }, before: Warning[]): Warning[] {
  const start = span.startsAt.getTime();
  const length = span.deadlineAt.getTime() - start;
  return fractions
    .toSorted((a, b) => a - b)
    .map((fraction) => {
      const fired = before.find((warning) => warning.fraction === fraction && warning.firedAt !== null);
      return fired ?? { fraction, at: new Date(start + Math.round(length * fraction)), firedAt: null };
    });
}

/**
 * A fact changed while the customer waits: only tightening is automatic,
 * `new = min(old, max(candidate, changedAt + 15 min))`, so that it never lands in the past. Null: nothing tighter.
 */
export function tighterAim(wait: Wait, conversation: Conversation, changedAt: Date, lists: PolicyLists): Aim | null {
  const aim = earliestAim(wait.candidates.map((candidate) => aimOf(candidate, wait.kind, conversation, lists)));
  if (!aim) return null;
  const floor = new Date(changedAt.getTime() + RETARGET_GRACE_MS);
  const graced = aim.deadlineAt < floor ? { ...aim, startsAt: changedAt, deadlineAt: floor } : aim;
  if (wait.deadlineAt !== null && graced.deadlineAt >= wait.deadlineAt) return null;
  return graced;
}
