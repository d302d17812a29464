import type { ArrivedMessage, AttachmentRef, DeliveryReport, OutboundReply } from './arrivals.js';
import type { ChannelKind, ConversationStatus, DeliveryState, Priority, SlaKind, WaitKind } from './kinds.js';
import type { DueView, PersonView, PolicyLevel, TeamView } from './views.js';

/** Topics and their partitions in Kafka; created explicitly, never automatically (design.md 4). */
export const TOPICS = {
  'channel.inbound.v1': 12,
  'inbox.conversation.v1': 12,
  'sla.clock.v1': 12,
  'channel.delivery.v1': 12,
  'gateway.people.v1': 1,
  'gateway.channels.v1': 1,
} as const;
export type Topic = keyof typeof TOPICS;

/** Who may see a conversation, as of the event: gateway filters sockets and feeds by it. */
export interface Audience {
  channelIds: string[];
  /** Teams of those channels, united; empty: everybody. */
  channelTeamIds: string[];
  teamId: string | null;
  assigneeId: string | null;
}

/** Facts about the conversation that every event of inbox carries, so that nobody has to ask back. */
export interface ConversationFacts {
  conversationId: string;
  customer: { id: string; displayName: string };
  status: ConversationStatus;
  priority: Priority;
  tags: string[];
  subject: string | null;
  audience: Audience;
  /** Last message number after this event (system lines take a number too): saves the web client a fetch. */
  lastSeq?: number;
}

interface MessageFacts {
  conversation: ConversationFacts;
  messageId: string;
  /** The message's number in the conversation. */
  messageSeq: number;
  channelId: string;
  channelKind: ChannelKind;
  slaKind: SlaKind;
  /** First line for lists and alerts, at most 140 graphemes. */
  preview: string;
}

export interface MessageReceived extends MessageFacts {
  automatic: boolean;
  /** min(trusted channel timestamp, receivedAt): where the wait starts (domain.md 2.1). */
  openedAt: string;
  channelTimestamp: string | null;
  receivedAt: string;
  from: { address: string; name: string | null };
  /** Opens the conversation (its first message), reopens it, or joins. */
  effect: 'opened' | 'reopened' | 'joined';
  /** Closing thanks after resolve (domain.md 2.3 courtesy rule): opens no wait. */
  courtesy: boolean;
  clientId: string | null;
  /** The receipt it came from: how gateway finds the chat visitor to acknowledge. */
  receiptId: string;
}

export interface MessageReplied extends MessageFacts {
  authorId: string;
  clientId: string;
  /** When the agent released it. */
  at: string;
  /** Highest inbound message number that existed when it was written: what it answers. */
  answersSeq: number;
  /** True when a person wrote or released it; automatic notices do not answer a wait. */
  human: boolean;
  outbound: OutboundReply;
}

/** What keeps a customer's message from opening a wait, and what a person may say to the contrary (domain.md 2.2). */
export type SetAside = 'automatic' | 'courtesy' | 'spam';

/** A person says that a message which opened no wait, or whose wait was taken for spam, needs an answer after all. */
export interface MessageCorrected extends MessageFacts {
  from: SetAside;
  /** As `message.received` told them: the customer has waited since then. */
  openedAt: string;
  channelTimestamp: string | null;
  receivedAt: string;
  /** A person's reply that was written after it all the same. */
  answer: { messageId: string; authorId: string; at: string } | null;
  by: Actor;
  at: string;
}

export interface MessageNoted {
  conversation: ConversationFacts;
  messageId: string;
  messageSeq: number;
  authorId: string;
  clientId: string | null;
  at: string;
}

export type Actor = { kind: 'person'; id: string } | { kind: 'customer' } | { kind: 'system'; rule: string };

interface Changed<T> {
  conversation: ConversationFacts;
  from: T;
  to: T;
  by: Actor;
  at: string;
  /** The number of the system line that records it; null or absent: it left none. */
  messageSeq?: number | null;
}

export interface StatusChanged extends Changed<ConversationStatus> {
  reason: string | null;
  snoozedUntil: string | null;
}

/** Every payload of sla.clock.v1 says what the conversation is due for after it. */
interface WaitFacts {
  conversationId: string;
  waitId: string;
  kind: WaitKind;
  customerId: string;
  customerName: string;
  channelKind: ChannelKind;
  channelId: string;
  openedAt: string;
  dueAt: string;
  targetSeconds: number;
  assigneeId: string | null;
  teamId: string | null;
  /** The conversation's earliest open wait after this event; null: nobody waits. */
  due: DueView | null;
}

export interface EscalationFired extends WaitFacts {
  escalationId: string;
  level: number;
  to: PolicyLevel['to'];
  /** When it should have fired and when it did. */
  escalationDueAt: string;
  firedAt: string;
  breached: boolean;
  priority: Priority;
  preview: string;
  subject: string | null;
  /** Recipients of the later levels of the chain, nearest first: they are told when nobody answers to `to`. */
  next?: PolicyLevel['to'][];
}

export interface DeliveryChanged {
  conversationId: string;
  messageId: string;
  deliveryId: string;
  channelId: string;
  channelKind: ChannelKind;
  from: DeliveryState | null;
  to: DeliveryState;
  reason: string | null;
  providerId: string | null;
  /** The id a provider gave a mail when it rewrote ours, else null. */
  messageIdHeader: string | null;
  /** Still being tried 15 min after its release (domain.md 2.3 handover limit): it answers no wait until it is accepted. */
  notAcceptedInTime?: boolean;
  at: string;
}

export interface ChannelChanged {
  id: string;
  kind: ChannelKind;
  name: string;
  slaKind: SlaKind;
  address: string;
  config: Record<string, unknown>;
  /** Sealed with KAIROS_SECRET (kernel `seal`): an array of secret sets, the newest first. */
  sealedSecrets: string;
  teamIds: string[];
  removed: boolean;
}

/** Every event type with its topic and payload. One event per fact, `subject.past_participle`. */
export interface EventPayloads {
  // channel.inbound.v1
  'message.arrived': ArrivedMessage;
  // inbox.conversation.v1, key = conversation id
  'message.received': MessageReceived;
  'message.replied': MessageReplied;
  'message.noted': MessageNoted;
  'message.corrected': MessageCorrected;
  'conversation.status_changed': StatusChanged;
  'conversation.assigned': Changed<{ assigneeId: string | null; teamId: string | null }>;
  'conversation.priority_changed': Changed<Priority>;
  'conversation.tags_changed': Changed<string[]>;
  'conversation.merged': {
    conversation: ConversationFacts;
    intoId: string;
    by: Actor;
    at: string;
    messageSeq?: number | null;
  };
  'conversation.unmerged': {
    conversation: ConversationFacts;
    fromId: string;
    by: Actor;
    at: string;
    messageSeq?: number | null;
  };
  'conversation.split': {
    conversation: ConversationFacts;
    newConversationId: string;
    fromSeq: number;
    by: Actor;
    at: string;
    messageSeq?: number | null;
    /** The messages that went, with their number in the new conversation. */
    moved?: { messageId: string; seq: number }[];
  };
  /** `toId` is null when a claimed reply named nothing that we know. */
  'conversation.linked': {
    conversation: ConversationFacts;
    kind: 'continues' | 'claims' | 'merged' | 'split';
    toId: string | null;
    at: string;
    messageSeq?: number | null;
  };
  'customer.changed': { customerId: string; displayName: string; conversationIds: string[]; at: string };
  'customer.merged': { fromId: string; intoId: string; conversationIds: string[]; by: Actor; at: string };
  'customer.unmerged': { fromId: string; intoId: string; conversationIds: string[]; by: Actor; at: string };
  // sla.clock.v1, key = conversation id
  'wait.opened': WaitFacts;
  'wait.extended': WaitFacts;
  'wait.retargeted': WaitFacts & { from: string; cause: string };
  'wait.warned': WaitFacts & { fraction: number; warnedAt: string };
  'wait.breached': WaitFacts & { breachedAt: string; detectedAt: string };
  'wait.answered': WaitFacts & { answeredAt: string; answeredById: string | null; outcome: 'met' | 'breached' };
  'wait.reopened': WaitFacts & { cause: 'delivery_failed' | 'not_accepted' | 'no_spam' };
  'wait.cancelled': WaitFacts & { reason: string };
  'escalation.fired': EscalationFired;
  'escalation.skipped': WaitFacts & { escalationId: string; level: number; reason: string };
  // channel.delivery.v1
  'delivery.changed': DeliveryChanged;
  'delivery.reported': DeliveryReport;
  // gateway.people.v1 and gateway.channels.v1, key = the thing's id
  'person.changed': PersonView;
  'team.changed': TeamView;
  'channel.changed': ChannelChanged;
}
export type EventType = keyof EventPayloads;

export const TOPIC_OF: Record<EventType, Topic> = {
  'message.arrived': 'channel.inbound.v1',
  'message.received': 'inbox.conversation.v1',
  'message.replied': 'inbox.conversation.v1',
  'message.noted': 'inbox.conversation.v1',
  'message.corrected': 'inbox.conversation.v1',
  'conversation.status_changed': 'inbox.conversation.v1',
  'conversation.assigned': 'inbox.conversation.v1',
  'conversation.priority_changed': 'inbox.conversation.v1',
  'conversation.tags_changed': 'inbox.conversation.v1',
  'conversation.merged': 'inbox.conversation.v1',
  'conversation.unmerged': 'inbox.conversation.v1',
  'conversation.split': 'inbox.conversation.v1',
  'conversation.linked': 'inbox.conversation.v1',
  'customer.changed': 'inbox.conversation.v1',
  'customer.merged': 'inbox.conversation.v1',
  'customer.unmerged': 'inbox.conversation.v1',
  'wait.opened': 'sla.clock.v1',
  'wait.extended': 'sla.clock.v1',
  'wait.retargeted': 'sla.clock.v1',
  'wait.warned': 'sla.clock.v1',
  'wait.breached': 'sla.clock.v1',
  'wait.answered': 'sla.clock.v1',
  'wait.reopened': 'sla.clock.v1',
  'wait.cancelled': 'sla.clock.v1',
  'escalation.fired': 'sla.clock.v1',
  'escalation.skipped': 'sla.clock.v1',
  'delivery.changed': 'channel.delivery.v1',
  'delivery.reported': 'channel.delivery.v1',
  'person.changed': 'gateway.people.v1',
  'team.changed': 'gateway.people.v1',
  'channel.changed': 'gateway.channels.v1',
};

/** What travels. `seq` is the conversation's version for inbox's own events (1, 2, 3 … without gaps), otherwise null. */
export interface Envelope<T extends EventType = EventType> {
  id: string;
  type: T;
  /** Version of the payload's shape. */
  version: number;
  key: string;
  seq: number | null;
  occurredAt: string;
  correlationId: string;
  causationId: string | null;
  payload: EventPayloads[T];
}

/** Envelopes as a union told apart by `type`. */
export type AnyEnvelope = { [T in EventType]: Envelope<T> }[EventType];

/** A blob reference as events carry it. */
export type { AttachmentRef };
