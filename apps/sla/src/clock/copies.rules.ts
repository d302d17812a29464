import type { Candidate, Conversation, Picture, Wait } from './model.rules.js';

// Written out, not `{ ...wait, … }`: V8 copies a spread object property by property, twenty times as slowly as it makes a
// known shape, and these are made for every single message. A field that is forgotten here does not compile.

/** The same wait with one more message. */
export function waitWith(wait: Wait, openedAt: Date, lastSeq: number, candidates: Candidate[]): Wait {
  return {
    id: wait.id,
    conversationId: wait.conversationId,
    threadId: wait.threadId,
    customerId: wait.customerId,
    kind: wait.kind,
    state: wait.state,
    outcome: wait.outcome,
    reason: wait.reason,
    causes: wait.causes,
    openedAt,
    receivedAt: wait.receivedAt,
    channelTimestamp: wait.channelTimestamp,
    receivedLate: wait.receivedLate,
    openingMessageId: wait.openingMessageId,
    openingChannelKind: wait.openingChannelKind,
    openingSeq: wait.openingSeq,
    lastSeq,
    candidates,
    channelId: wait.channelId,
    channelKind: wait.channelKind,
    slaKind: wait.slaKind,
    deadlineMessageId: wait.deadlineMessageId,
    policyId: wait.policyId,
    policyVersion: wait.policyVersion,
    listVersion: wait.listVersion,
    targetSeconds: wait.targetSeconds,
    basis: wait.basis,
    startsAt: wait.startsAt,
    deadlineAt: wait.deadlineAt,
    warnings: wait.warnings,
    openedFacts: wait.openedFacts,
    priority: wait.priority,
    tags: wait.tags,
    teamId: wait.teamId,
    assigneeId: wait.assigneeId,
    breachedAt: wait.breachedAt,
    detectedAt: wait.detectedAt,
    assigneeIdAtDeadline: wait.assigneeIdAtDeadline,
    teamIdAtDeadline: wait.teamIdAtDeadline,
    ownedForSeconds: wait.ownedForSeconds,
    satisfiedAt: wait.satisfiedAt,
    answerMessageId: wait.answerMessageId,
    answeredById: wait.answeredById,
    endedAt: wait.endedAt,
    withdrawnAt: wait.withdrawnAt,
    revocations: wait.revocations,
    levels: wait.levels,
  };
}

/** The same conversation after the customer's last message. */
export function conversationWith(before: Conversation, preview: string): Conversation {
  return {
    id: before.id,
    version: before.version,
    customerId: before.customerId,
    customerName: before.customerName,
    status: before.status,
    priority: before.priority,
    tags: before.tags,
    subject: before.subject,
    preview,
    channelTeamIds: before.channelTeamIds,
    teamId: before.teamId,
    assigneeId: before.assigneeId,
    assignedAt: before.assignedAt,
    humanReplied: before.humanReplied,
    mergedIntoId: before.mergedIntoId,
  };
}

export const pictureWith = (before: Picture, conversation: Conversation, waits: readonly Wait[]): Picture => ({
  conversation,
  waits,
  replies: before.replies,
});
