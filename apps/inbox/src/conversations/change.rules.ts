import type { Actor, ConversationStatus, Priority, ResolveReason } from '#contracts';
import {
  changeStatus,
  type Conversation,
  type Fact,
  factsOf,
  nextSeq,
  nextVersion,
  type SystemLine,
} from './conversation.rules.js';

/** What an agent asks for; left out stays, null clears. */
export interface ConversationChange {
  status?: ConversationStatus;
  reason?: ResolveReason | null;
  assigneeId?: string | null;
  teamId?: string | null;
  priority?: Priority;
  tags?: string[];
  snoozedUntil?: Date | null;
}

export interface Outcome {
  facts: Fact[];
  lines: SystemLine[];
}

/** Applies the change to the working copy. Each part leaves one line in the thread and one event; no change leaves none. */
export function applyChange(conversation: Conversation, change: ConversationChange, by: Actor, now: Date): Outcome {
  const outcome: Outcome = { facts: [], lines: [] };
  const authorId = by.kind === 'person' ? by.id : null;
  const line = (event: string, data: Record<string, unknown>): number => {
    const seq = nextSeq(conversation);
    const shown = authorId === null ? { ...data, by } : data;
    outcome.lines.push({ conversationId: conversation.id, seq, event, data: shown, authorId });
    return seq;
  };
  changeWho(conversation, change, { by, now, line, outcome });
  const changed = <T>(from: T, to: T, messageSeq: number) =>
    ({ conversation: factsOf(conversation), from, to, by, at: now.toISOString(), messageSeq }) as const;
  if (change.priority && change.priority !== conversation.priority) {
    const from = conversation.priority;
    conversation.priority = change.priority;
    const seq = line('priority_changed', { from, to: change.priority });
    outcome.facts.push({
      type: 'conversation.priority_changed',
      key: conversation.id,
      seq: nextVersion(conversation),
      occurredAt: now,
      payload: changed(from, change.priority, seq),
    });
  }
  if (change.tags && !sameTags(change.tags, conversation.tags)) {
    const from = conversation.tags;
    conversation.tags = change.tags;
    const seq = line('tags_changed', { from, to: change.tags });
    outcome.facts.push({
      type: 'conversation.tags_changed',
      key: conversation.id,
      seq: nextVersion(conversation),
      occurredAt: now,
      payload: changed(from, change.tags, seq),
    });
  }
  changeState(conversation, change, { by, now, line, outcome });
  return outcome;
}

interface Step {
  by: Actor;
  now: Date;
  line: (event: string, data: Record<string, unknown>) => number;
  outcome: Outcome;
}

function changeWho(conversation: Conversation, change: ConversationChange, { by, now, line, outcome }: Step): void {
  const from = { assigneeId: conversation.assigneeId, teamId: conversation.teamId };
  const to = {
    assigneeId: change.assigneeId === undefined ? from.assigneeId : change.assigneeId,
    teamId: change.teamId === undefined ? from.teamId : change.teamId,
  };
  if (to.assigneeId === from.assigneeId && to.teamId === from.teamId) return;
  conversation.assigneeId = to.assigneeId;
  conversation.teamId = to.teamId;
  const messageSeq = line('assigned', { ...to, from });
  outcome.facts.push({
    type: 'conversation.assigned',
    key: conversation.id,
    seq: nextVersion(conversation),
    occurredAt: now,
    payload: { conversation: factsOf(conversation), from, to, by, at: now.toISOString(), messageSeq },
  });
}

function changeState(conversation: Conversation, change: ConversationChange, { by, now, line, outcome }: Step): void {
  const to = change.status ?? (change.snoozedUntil ? 'snoozed' : undefined);
  if (to === undefined) return;
  const until = to === 'snoozed' ? (change.snoozedUntil ?? null) : null;
  const sameUntil = (conversation.snoozedUntil?.getTime() ?? null) === (until?.getTime() ?? null);
  if (to === conversation.status && sameUntil) return;
  const reason = to === 'resolved' ? (change.reason ?? null) : null;
  // said to need no answer: what the customer wrote so far counts as settled
  if (reason !== null) conversation.answeredSeq = Math.max(conversation.answeredSeq, conversation.lastCustomerSeq);
  const event = to === 'open' ? 'reopened' : to;
  const messageSeq = line(event, { reason, snoozedUntil: until?.toISOString() ?? null });
  outcome.facts.push(changeStatus(conversation, to, by, { at: now, reason, snoozedUntil: until, messageSeq }));
}

const sameTags = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((tag, index) => tag === b[index]);
