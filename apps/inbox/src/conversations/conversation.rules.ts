import type {
  Actor,
  ChannelKind,
  ConversationFacts,
  ConversationStatus,
  DueView,
  EventPayloads,
  EventType,
  Priority,
} from '#contracts';

/** A conversation as the rules see it: a working copy of its row, locked while they decide. */
export interface Conversation {
  id: string;
  customerId: string;
  homeCustomerId: string;
  customerName: string;
  subject: string | null;
  status: ConversationStatus;
  /** Outside the one-open rule, and why. */
  apart: 'claim' | 'split' | 'merge' | null;
  priority: Priority;
  assigneeId: string | null;
  teamId: string | null;
  tags: string[];
  channelIds: string[];
  channelKinds: ChannelKind[];
  /** Teams of its channels, united; empty: everybody. */
  channelTeamIds: string[];
  /** Further mail addresses that take part: authenticated CC and whom an agent added. */
  participants: string[];
  lastSeq: number;
  version: number;
  /** Of inbound messages and replies: what the send-time guard compares. */
  lastPublicSeq: number;
  /** Of messages that a human customer wrote. */
  lastCustomerSeq: number;
  answeredSeq: number;
  lastReplyAt: Date | null;
  preview: string;
  replyChannelId: string | null;
  lastMessageAt: Date;
  createdAt: Date;
  resolvedAt: Date | null;
  snoozedUntil: Date | null;
  mergedIntoId: string | null;
  due: DueView | null;
  dueToldAt: Date | null;
}

/** An event before the log gives it an id; told apart by `type`. */
export type Fact = {
  [T in EventType]: { type: T; key: string; seq: number | null; occurredAt: Date; payload: EventPayloads[T] };
}[EventType];

/** A line of the thread about what a person or a rule did. */
export interface SystemLine {
  conversationId: string;
  seq: number;
  event: string;
  data: Record<string, unknown>;
  authorId: string | null;
}

/** A customer waits since he wrote by the channel's stamp, at the latest since we received it (domain.md 2.1). */
export const waitsSince = (at: Date, receivedAt: Date): Date => (at < receivedAt ? at : receivedAt);

export function factsOf(conversation: Conversation): ConversationFacts {
  return {
    conversationId: conversation.id,
    customer: { id: conversation.customerId, displayName: conversation.customerName },
    status: conversation.status,
    priority: conversation.priority,
    tags: conversation.tags,
    subject: conversation.subject,
    audience: {
      channelIds: conversation.channelIds,
      channelTeamIds: conversation.channelTeamIds,
      teamId: conversation.teamId,
      assigneeId: conversation.assigneeId,
    },
    lastSeq: conversation.lastSeq,
  };
}

/** Takes the next version for an event of this conversation. */
export function nextVersion(conversation: Conversation): number {
  return ++conversation.version;
}

export function nextSeq(conversation: Conversation): number {
  return ++conversation.lastSeq;
}

/** One more channel; who may see any of its channels may see the conversation (security.md D1). */
export function joinChannel(
  conversation: Conversation,
  id: string,
  kind: ChannelKind,
  teamIds: readonly string[],
): void {
  if (conversation.channelIds.includes(id)) return;
  const first = conversation.channelIds.length === 0;
  const everybody = teamIds.length === 0 || (!first && conversation.channelTeamIds.length === 0);
  conversation.channelTeamIds = everybody ? [] : [...new Set([...conversation.channelTeamIds, ...teamIds])].sort();
  conversation.channelIds = [...conversation.channelIds, id];
  if (!conversation.channelKinds.includes(kind)) conversation.channelKinds = [...conversation.channelKinds, kind];
}

/** Changes the status and answers the fact of it. */
export function changeStatus(
  conversation: Conversation,
  to: ConversationStatus,
  by: Actor,
  detail: { at: Date; reason?: string | null; snoozedUntil?: Date | null; messageSeq?: number | null },
): Fact {
  const from = conversation.status;
  conversation.status = to;
  conversation.snoozedUntil = to === 'snoozed' ? (detail.snoozedUntil ?? null) : null;
  conversation.resolvedAt = to === 'resolved' ? detail.at : null;
  return {
    type: 'conversation.status_changed',
    key: conversation.id,
    seq: nextVersion(conversation),
    occurredAt: detail.at,
    payload: {
      conversation: factsOf(conversation),
      from,
      to,
      by,
      at: detail.at.toISOString(),
      reason: detail.reason ?? null,
      snoozedUntil: conversation.snoozedUntil?.toISOString() ?? null,
      messageSeq: detail.messageSeq ?? null,
    },
  };
}

/**
 * True while a human customer waits for a human: by our own numbers, or because the clock says so after the last reply
 * (a reply that failed opens the wait again). A due told before the last reply is yesterday's news.
 */
export function customerWaits(conversation: Conversation): boolean {
  if (conversation.lastCustomerSeq > conversation.answeredSeq) return true;
  if (conversation.due === null) return false;
  return (
    conversation.lastReplyAt === null || (conversation.dueToldAt ?? conversation.lastReplyAt) > conversation.lastReplyAt
  );
}
