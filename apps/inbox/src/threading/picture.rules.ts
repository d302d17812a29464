import type { AttachmentRef, ChannelKind, ContactPoint, MailFacts, SlaKind } from '#contracts';
import type { Conversation, Fact, SystemLine } from '../conversations/conversation.rules.js';

/** A message that we have already: by its dedupe key. */
export interface KnownMessage {
  messageId: string;
  conversationId: string;
  /** Receipts that brought it: the first and further deliveries. */
  receiptIds: string[];
}

export interface KnownPoint {
  id: string;
  /** With whom it was first seen. */
  ownCustomerId: string;
  /** The living one behind merges. */
  customerId: string;
}

export interface KnownCustomer {
  id: string;
  displayName: string;
  named: boolean;
}

/** A mail of ours, by its Message-ID. */
export interface SentMail {
  conversationId: string;
  channelId: string;
  /** Lower-cased recipients. */
  recipients: string[];
  subject: string | null;
}

/** Everything the join rules need for one batch, kept up to date while its arrivals are gone through in order. */
export interface Picture {
  messages: Map<string, KnownMessage>;
  points: Map<string, KnownPoint>;
  customers: Map<string, KnownCustomer>;
  conversations: Map<string, Conversation>;
  /** Those that were there already, as they were. */
  before: Map<string, Conversation>;
  /** Conversations of a living customer, not merged away. */
  byCustomer: Map<string, Conversation[]>;
  /** Reply tokens that we made: where they lead. */
  tokens: Map<string, { conversationId: string; channelId: string }>;
  sent: Map<string, SentMail>;
  threadKeys: Map<string, string>;
  changes: Changes;
}

export interface NewMessage {
  id: string;
  conversationId: string;
  seq: number;
  automatic: boolean;
  courtesy: boolean;
  channelId: string;
  channelKind: ChannelKind;
  slaKind: SlaKind;
  contactPointId: string | null;
  fromAddress: string;
  fromName: string | null;
  recipients: { address: string; name: string | null }[];
  copies: { address: string; name: string | null }[];
  subject: string | null;
  text: string;
  html: string | null;
  attachments: AttachmentRef[];
  at: string;
  receivedAt: string;
  externalId: string;
  receiptId: string;
  dedupeKey: string;
  mail: StoredMail | null;
  parseProblem: string | null;
  clientId: string | null;
}

/** What replies and the thread still need of a mail. */
export type StoredMail = Pick<
  MailFacts,
  'class' | 'messageId' | 'inReplyTo' | 'references' | 'replyTo' | 'authentication'
>;

export interface NewPoint extends ContactPoint {
  id: string;
  customerId: string;
  display: string;
  name: string | null;
  verified: boolean;
  claimed: { email?: string; name?: string } | null;
}

export interface NewLink {
  id: string;
  kind: 'continues' | 'claims';
  fromId: string;
  toId: string;
}

/** What one batch writes; row order is arrival order. */
export interface Changes {
  customers: KnownCustomer[];
  renamed: Map<string, string>;
  points: NewPoint[];
  opened: Set<string>;
  touched: Set<string>;
  messages: NewMessage[];
  lines: (SystemLine & { at: string })[];
  links: NewLink[];
  further: { messageId: string; receiptId: string; channelId: string; receivedAt: string }[];
  threadKeys: Map<string, { channelId: string; contactPointId: string; key: string; conversationId: string }>;
  channels: Map<
    string,
    { id: string; kind: ChannelKind; slaKind: SlaKind; name: string; address: string; teamIds: string[] }
  >;
  facts: Fact[];
}

export function emptyPicture(): Picture {
  return {
    messages: new Map(),
    points: new Map(),
    customers: new Map(),
    conversations: new Map(),
    before: new Map(),
    byCustomer: new Map(),
    tokens: new Map(),
    sent: new Map(),
    threadKeys: new Map(),
    changes: {
      customers: [],
      renamed: new Map(),
      points: [],
      opened: new Set(),
      touched: new Set(),
      messages: [],
      lines: [],
      links: [],
      further: [],
      threadKeys: new Map(),
      channels: new Map(),
      facts: [],
    },
  };
}

export const pointKey = (point: ContactPoint): string => `${point.kind} ${point.scope} ${point.address}`;

export const threadKeyOf = (channelId: string, pointId: string, key: string): string =>
  `${channelId} ${pointId} ${key}`;

export function addConversation(picture: Picture, conversation: Conversation): void {
  picture.conversations.set(conversation.id, conversation);
  if (conversation.mergedIntoId !== null) return;
  const list = picture.byCustomer.get(conversation.customerId);
  if (list) list.push(conversation);
  else picture.byCustomer.set(conversation.customerId, [conversation]);
}

/** One that was there already: a working copy of it goes into the picture. */
export function addKnown(picture: Picture, before: Conversation): void {
  picture.before.set(before.id, before);
  addConversation(picture, { ...before });
}

/** More has changed than what every message moves: its numbers, preview and times. */
export function reshaped(picture: Picture, now: Conversation): boolean {
  const before = picture.before.get(now.id);
  return (
    before === undefined ||
    before.subject !== now.subject ||
    before.status !== now.status ||
    before.channelIds !== now.channelIds ||
    before.channelKinds !== now.channelKinds ||
    before.channelTeamIds !== now.channelTeamIds ||
    before.participants !== now.participants ||
    before.answeredSeq !== now.answeredSeq ||
    before.resolvedAt !== now.resolvedAt ||
    before.snoozedUntil !== now.snoozedUntil
  );
}

/** The living conversation behind merges. */
export function livingConversation(picture: Picture, id: string): Conversation | null {
  const conversation = picture.conversations.get(id);
  if (!conversation) return null;
  return conversation.mergedIntoId === null
    ? conversation
    : (picture.conversations.get(conversation.mergedIntoId) ?? null);
}

/** The customer's conversation that is not resolved; the one of the side this contact point belongs to goes first. */
export function openConversation(picture: Picture, customerId: string, ownCustomerId?: string): Conversation | null {
  let best: Conversation | null = null;
  for (const conversation of picture.byCustomer.get(customerId) ?? []) {
    if (conversation.status === 'resolved' || !mayTakeMore(conversation)) continue;
    if (conversation.homeCustomerId === ownCustomerId) return conversation;
    if (best === null || (best.apart !== null && conversation.apart === null)) best = conversation;
  }
  return best;
}

/** The customer's conversation that was resolved last. */
export function latestResolved(picture: Picture, customerId: string): Conversation | null {
  let latest: Conversation | null = null;
  for (const conversation of picture.byCustomer.get(customerId) ?? []) {
    if (conversation.status !== 'resolved' || !mayTakeMore(conversation)) continue;
    if (latest === null || conversation.resolvedAt! > latest.resolvedAt!) latest = conversation;
  }
  return latest;
}

/** Claims and splits were set apart on purpose; what a customer merge set apart still belongs to its own side. */
const mayTakeMore = (conversation: Conversation): boolean =>
  conversation.apart === null || conversation.apart === 'merge';
