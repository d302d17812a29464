import type { AnyEnvelope, Audience, Envelope, EventType } from '#contracts';

/** Of changes, from whichever process writes them: `wake` and `onWake` of the event log. */
export const NEWS_OF_CHANGES = 'gateway.changes';

/** One public fact, ready to be placed in the feed. */
export interface NewChange {
  eventId: string;
  type: string;
  conversationId: string | null;
  /** Of customer.*: all conversations of that customer. */
  conversationIds: string[] | null;
  formerTeamId: string | null;
  formerAssigneeId: string | null;
  seq: number | null;
  version: number | null;
  occurredAt: string;
  payload: Record<string, unknown>;
}

/** Who may see a conversation after the last of its events in a batch. */
export interface NewAudience {
  conversationId: string;
  channelIds: string[];
  /** As the event told; used where none of the channels is known here. */
  channelTeamIds: string[];
  teamId: string | null;
  assigneeId: string | null;
  version: number;
}

/** What integrators and pages are told; everything else stays between the apps. */
const PUBLIC: Partial<Record<EventType, true>> = {
  'message.received': true,
  'message.replied': true,
  'message.noted': true,
  'message.corrected': true,
  'conversation.status_changed': true,
  'conversation.assigned': true,
  'conversation.priority_changed': true,
  'conversation.tags_changed': true,
  'conversation.merged': true,
  'conversation.split': true,
  'conversation.linked': true,
  'customer.changed': true,
  'customer.merged': true,
  'customer.unmerged': true,
  'wait.opened': true,
  'wait.extended': true,
  'wait.retargeted': true,
  'wait.warned': true,
  'wait.breached': true,
  'wait.answered': true,
  'wait.reopened': true,
  'wait.cancelled': true,
  'escalation.fired': true,
  'delivery.changed': true,
};

/** Null: not for the feed. */
export function publicChange(envelope: Envelope): NewChange | null {
  if (!PUBLIC[envelope.type]) return null;
  const event = envelope as AnyEnvelope;
  const conversationId = conversationOf(event);
  const former = event.type === 'conversation.assigned' ? event.payload.from : null;
  return {
    eventId: event.id,
    type: event.type,
    conversationId,
    conversationIds: 'conversationIds' in event.payload ? event.payload.conversationIds : null,
    formerTeamId: former?.teamId ?? null,
    formerAssigneeId: former?.assigneeId ?? null,
    seq: isMessage(event) ? event.payload.messageSeq : null,
    version: event.seq,
    occurredAt: event.occurredAt,
    payload: publicPayload(event),
  };
}

/** Who may see the conversations of a batch after it: the last word on each. */
export function audiencesOf(envelopes: readonly Envelope[]): NewAudience[] {
  const last = new Map<string, NewAudience>();
  for (const envelope of envelopes) {
    const facts = (envelope.payload as { conversation?: { conversationId: string; audience: Audience } }).conversation;
    if (!facts?.audience) continue;
    const { conversationId, audience } = facts;
    const version = envelope.seq ?? 0;
    const known = last.get(conversationId);
    if (known && known.version > version) continue;
    last.set(conversationId, { conversationId, version, ...audience });
  }
  return [...last.values()];
}

type MessageEvent = Extract<AnyEnvelope, { type: `message.${string}`; payload: { messageSeq: number } }>;

function isMessage(event: AnyEnvelope): event is MessageEvent {
  return event.type.startsWith('message.');
}

function conversationOf(event: AnyEnvelope): string | null {
  const payload = event.payload as { conversation?: { conversationId: string }; conversationId?: string };
  const named = payload.conversation?.conversationId ?? payload.conversationId;
  if (named) return named;
  // a customer's event that counts in a conversation belongs to it
  const ids = (event.payload as { conversationIds?: string[] }).conversationIds ?? [];
  return event.seq !== null && ids.includes(event.key) ? event.key : null;
}

/** Facts and ids. The letter itself (`outbound`: recipients, threading tokens) is read where access to it is checked. */
function publicPayload(event: AnyEnvelope): Record<string, unknown> {
  if (event.type !== 'message.replied') return event.payload as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(event.payload).filter(([name]) => name !== 'outbound'));
}
