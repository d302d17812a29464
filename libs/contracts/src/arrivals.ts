import type { ChannelKind, DeliveryState, SlaKind } from './kinds.js';

/** A file kept in the blob store; `sha256` names it there, `id` names it in the API. */
export interface AttachmentRef {
  id: string;
  name: string;
  /** Sniffed from the bytes, never believed from the sender; `application/octet-stream` when unknown. */
  contentType: string;
  size: number;
  sha256: string;
  /** Content-ID of an inline image of a mail, without brackets. */
  cid?: string;
}

/** How a customer is reached: `scope` is '' for email and phone, the channel account's id for platform ids. */
export interface ContactPoint {
  kind: 'email' | 'phone' | 'messenger' | 'webchat' | 'custom';
  scope: string;
  /** Normalised for equality: lower-cased email, E.164 phone, platform id as it is. */
  address: string;
}

export type MailClass =
  'human' | 'auto_reply' | 'bounce_hard' | 'bounce_soft' | 'feedback_report' | 'list' | 'calendar';

/** What only mail has. Ids carry their angle brackets as they came. */
export interface MailFacts {
  class: MailClass;
  messageId: string | null;
  inReplyTo: string | null;
  /** Oldest first, at most 50 kept: the first and the last ones. */
  references: string[];
  /** Envelope and header recipients (lower case) that carry a reply token, with the token. */
  tokens: { address: string; token: string }[];
  to: { address: string; name: string }[];
  cc: { address: string; name: string }[];
  replyTo: { address: string; name: string } | null;
  /** Sender authentication (SPF, DKIM, DMARC); `none` when nothing was checked or published. */
  authentication: 'pass' | 'fail' | 'none';
  /** A bounce names the message of ours that did not arrive. */
  bounce?: { originalMessageId: string | null; recipient: string | null; status: string | null; diagnostic: string };
  /** True when another mail with the same Message-ID and other content is known to exist. */
  unparsed?: boolean;
}

/**
 * One thing a customer sent, normalised by its connector: the payload of `message.arrived`.
 * Complete: inbox asks nobody about it.
 */
export interface ArrivedMessage {
  /** The receipt (raw original) in gateway. */
  receiptId: string;
  channelId: string;
  channelKind: ChannelKind;
  slaKind: SlaKind;
  /** Our address on that channel: mailbox, number, page id, '' where there is none. */
  channelAddress: string;
  channelName: string;
  /** Teams that see this channel; empty: everybody. */
  channelTeamIds: string[];
  /** What makes it unique: email `mail:<sha256>` (one message in two mailboxes), else `<channelId>:<provider id>`. */
  dedupeKey: string;
  externalId: string;
  from: ContactPoint & { display: string; name: string | null };
  /** Extra contact the sender claims without proof (a chat visitor's email): shown, never matched. */
  claimed?: { email?: string; name?: string };
  /** Custom channel: messages with one threadKey of one sender stay in one conversation. */
  threadKey?: string | null;
  subject: string | null;
  text: string;
  /** As it came; sanitised at render only. */
  html: string | null;
  attachments: AttachmentRef[];
  /** Bounces, auto-replies, lists, reactions: stored and shown, opens no wait. */
  automatic: boolean;
  /** A trusted provider stamp (RFC 3339 UTC), already clamped to receivedAt; null when there is none. */
  channelTimestamp: string | null;
  /** When our receipt was committed (RFC 3339 UTC). */
  receivedAt: string;
  /** Says in words what could not be read, when the raw original had to stand in for the content. */
  parseProblem?: string;
  /** Chat: the client's own message id. */
  clientId?: string | null;
  mail?: MailFacts;
}

/** A provider's word about something we sent; payload of `delivery.reported`. One of the three ids is there. */
export interface DeliveryReport {
  channelId: string;
  channelKind: ChannelKind;
  deliveryId: string | null;
  providerId: string | null;
  /** The Message-ID we gave it (mail bounces). */
  messageIdHeader: string | null;
  state: DeliveryState;
  reason: string | null;
  /** Mail came back from an address that is not there (5.1.x, or 5.2.1 closed): lower case. */
  deadAddress?: string | null;
  at: string;
}

/** What a connector's sender gets: everything, so that it asks nobody. */
export interface OutboundReply {
  deliveryId: string;
  messageId: string;
  conversationId: string;
  channelId: string;
  channelKind: ChannelKind;
  to: { address: string; name: string | null }[];
  cc: { address: string; name: string | null }[];
  subject: string | null;
  text: string;
  html: string | null;
  attachments: AttachmentRef[];
  mail: {
    from: { address: string; name: string };
    replyTo: string;
    messageId: string;
    inReplyTo: string | null;
    references: string[];
  } | null;
  /** Written or released by a person: some providers let only people answer late. */
  human?: boolean;
  /** The customer's last message that existed when it was written, as in `message.replied`. */
  answersSeq?: number;
}
