import type { PolicyTarget, PolicyView, WaitKind } from '#contracts';
import { durationToSeconds } from '#kernel';
import { addSeconds } from '../calendars/basis.rules.js';
import type { PolicyList } from './model.rules.js';

/** What a policy's scope is matched against. Null is unknown, and unknown matches only "any" (domain.md 2.5). */
export interface PolicyFacts {
  channelKind: string;
  slaKind: string;
  priority: string;
  category: string | null;
  tier: string | null;
  teamId: string | null;
}

/** A policy's place in the contest for one target kind, and why it lost. */
export interface Competitor {
  policy: PolicyView;
  verdict: 'won' | 'later' | 'replaced' | 'no_match' | 'no_target' | 'off';
  /** The scope that did not match, or the policy that replaced it. */
  because: string | null;
  target: PolicyTarget | null;
  targetSeconds: number | null;
  deadlineAt: Date | null;
}

/** Of all policies that match and set this kind, the earliest deadline wins; rank breaks ties; `replace` cuts those below. */
export function compete(list: PolicyList, facts: PolicyFacts, kind: WaitKind, startsAt: Date): Competitor[] {
  let replacedBy: string | null = null;
  const entered = list.policies.map((policy): Competitor => {
    const entry = enter(policy, facts, kind, startsAt);
    if (entry.deadlineAt === null) return entry;
    if (replacedBy !== null) return { ...entry, verdict: 'replaced', because: replacedBy };
    if (policy.replace) replacedBy = policy.name;
    return entry;
  });
  let winner: Competitor | null = null;
  for (const entry of entered) {
    if (entry.verdict !== 'later') continue;
    if (winner === null || entry.deadlineAt! < winner.deadlineAt!) winner = entry;
  }
  return entered.map((entry) => (entry === winner ? { ...entry, verdict: 'won' } : entry));
}

export interface Winner {
  policy: PolicyView;
  targetSeconds: number;
  deadlineAt: Date;
}

/** The policy that sets the deadline, or null: nobody promised anything. As `compete` has it, without the losers. */
export function winnerOf(list: PolicyList, facts: PolicyFacts, kind: WaitKind, startsAt: Date): Winner | null {
  let winner: Winner | null = null;
  for (const policy of list.policies) {
    if (!policy.enabled || mismatchOf(policy.scope, facts) !== null) continue;
    const target = targetOf(policy, kind);
    if (!target) continue;
    const targetSeconds = secondsOf(target.target);
    const deadlineAt = addSeconds(startsAt, targetSeconds, target.basis);
    if (winner === null || deadlineAt.getTime() < winner.deadlineAt.getTime())
      winner = { policy, targetSeconds, deadlineAt };
    if (policy.replace) break; // what stands below is replaced
  }
  return winner;
}

/** Rank order: lower rank first, older id first among equals, so that a tie has one answer everywhere. */
export function ranked(policies: PolicyView[]): PolicyView[] {
  return policies.toSorted((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
}

function enter(policy: PolicyView, facts: PolicyFacts, kind: WaitKind, startsAt: Date): Competitor {
  const out = { policy, because: null, target: null, targetSeconds: null, deadlineAt: null };
  if (!policy.enabled) return { ...out, verdict: 'off' };
  const mismatch = mismatchOf(policy.scope, facts);
  if (mismatch) return { ...out, verdict: 'no_match', because: mismatch };
  const target = targetOf(policy, kind);
  if (!target) return { ...out, verdict: 'no_target' };
  const targetSeconds = secondsOf(target.target);
  const deadlineAt = addSeconds(startsAt, targetSeconds, target.basis);
  return { policy, verdict: 'later', because: null, target, targetSeconds, deadlineAt };
}

/** Targets are few and judged for every message: each is read once. */
const seconds = new Map<string, number>();
function secondsOf(duration: string): number {
  let known = seconds.get(duration);
  if (known === undefined) seconds.set(duration, (known = durationToSeconds(duration)));
  return known;
}

const targetOf = (policy: PolicyView, kind: WaitKind) => policy.targets.find((entry) => entry.kind === kind);

function fits(allowed: string[] | undefined, value: string | null): boolean {
  return !allowed?.length || (value !== null && allowed.includes(value));
}

function mismatchOf(scope: PolicyView['scope'], facts: PolicyFacts): string | null {
  if (!fits(scope.channelKinds, facts.channelKind) && !fits(scope.channelKinds, facts.slaKind)) return 'channel';
  if (!fits(scope.priorities, facts.priority)) return 'priority';
  if (!fits(scope.categories, facts.category)) return 'category';
  if (!fits(scope.tiers, facts.tier)) return 'tier';
  if (!fits(scope.teamIds, facts.teamId)) return 'team';
  return null;
}
