import type { AttachmentRef, ChannelKind, ContactPoint, OutboundReply, SlaKind } from '#contracts';
import { invalid, preview, replyAddress, withoutOverrides } from '#kernel';
import {
  type Conversation,
  type Fact,
  factsOf,
  joinChannel,
  nextSeq,
  nextVersion,
} from '../conversations/conversation.rules.js';
import type { StoredMail } from '../threading/picture.rules.js';
import { replySubject } from '../threading/subject.rules.js';

export interface Recipient {
  address: string;
  name: string | null;
}

/** Where the reply goes out: our side. */
export interface Outlet {
  id: string;
  kind: ChannelKind;
  slaKind: SlaKind;
  name: string;
  address: string;
  displayName: string | null;
  teamIds: string[];
}

/** The customer's side, as far as this channel reaches it. */
export interface Reach {
  /** The customer's contact points of this channel's kind, the one written from last first. */
  points: (Recipient & { kind: ContactPoint['kind'] })[];
  /** The customer's last mail in this conversation, the one on this very channel first. */
  lastMail: { from: Recipient; copies: Recipient[]; subject: string | null; mail: StoredMail } | null;
  ownAddresses: string[];
}

export interface ReplyDraft {
  messageId: string;
  deliveryId: string;
  clientId: string;
  authorId: string;
  authorName: string | null;
  text: string;
  html: string | null;
  attachments: AttachmentRef[];
  to: Recipient[] | null;
  cc: Recipient[] | null;
  /** 128 random bits of the Message-ID, and the token of the reply address. */
  mailId: string;
  token: string;
}

export interface ComposedReply {
  outbound: OutboundReply;
  seq: number;
  answersSeq: number;
  fact: Fact;
}

/** Takes numbers in the conversation and builds everything that the sender will need. @throws DomainError no_recipient */
export function composeReply(
  conversation: Conversation,
  draft: ReplyDraft,
  { outlet, reach }: { outlet: Outlet; reach: Reach },
  now: Date,
): ComposedReply {
  const { to, cc } = recipientsOf(draft, outlet, reach, conversation);
  const answersSeq = reaches([...to, ...cc], reach, conversation) ? conversation.lastCustomerSeq : 0;
  const seq = nextSeq(conversation);
  conversation.lastPublicSeq = seq;
  conversation.answeredSeq = Math.max(conversation.answeredSeq, answersSeq);
  conversation.lastReplyAt = now;
  conversation.preview = preview(draft.text) || preview(draft.attachments.map((file) => file.name).join(', '));
  if (now > conversation.lastMessageAt) conversation.lastMessageAt = now;
  joinChannel(conversation, outlet.id, outlet.kind, outlet.teamIds);
  if (outlet.kind === 'email') admit(conversation, [...to, ...cc], reach);
  const outbound: OutboundReply = {
    deliveryId: draft.deliveryId,
    messageId: draft.messageId,
    conversationId: conversation.id,
    channelId: outlet.id,
    channelKind: outlet.kind,
    to,
    cc,
    subject: outlet.kind === 'email' ? subjectOf(conversation, outlet, reach) : null,
    text: draft.text,
    html: draft.html,
    attachments: draft.attachments,
    mail: outlet.kind === 'email' ? mailOf(draft, outlet, reach) : null,
  };
  return { outbound, seq, answersSeq, fact: replied(conversation, draft, { outlet, outbound, seq, answersSeq }, now) };
}

function replied(
  conversation: Conversation,
  draft: ReplyDraft,
  sent: { outlet: Outlet; outbound: OutboundReply; seq: number; answersSeq: number },
  now: Date,
): Fact {
  const version = nextVersion(conversation);
  return {
    type: 'message.replied',
    key: conversation.id,
    seq: version,
    occurredAt: now,
    payload: {
      conversation: factsOf(conversation),
      messageId: draft.messageId,
      messageSeq: sent.seq,
      channelId: sent.outlet.id,
      channelKind: sent.outlet.kind,
      slaKind: sent.outlet.slaKind,
      preview: conversation.preview,
      authorId: draft.authorId,
      clientId: draft.clientId,
      at: now.toISOString(),
      answersSeq: sent.answersSeq,
      human: true,
      outbound: sent.outbound,
    },
  };
}

function recipientsOf(
  draft: ReplyDraft,
  outlet: Outlet,
  reach: Reach,
  conversation: Conversation,
): { to: Recipient[]; cc: Recipient[] } {
  const byMail = outlet.kind === 'email';
  if (draft.to && !byMail && outlet.kind !== 'sms' && !draft.to.every((one) => isPointOf(one, reach))) {
    throw invalid(
      'invalid_recipient',
      `On ${outlet.kind} a reply goes to the customer's own address only. Leave \`to\` out, or choose an email or SMS channel.`,
    );
  }
  const usual = byMail ? mailRecipient(reach) : reach.points[0];
  const to = draft.to ?? (usual ? [{ address: usual.address, name: usual.name }] : []);
  if (to.length === 0) {
    throw invalid(
      'no_recipient',
      `${conversation.customerName} has no address that ${outlet.name} (${outlet.kind}) reaches. Add one to the customer, give \`to\`, or choose another channel.`,
    );
  }
  const taken = new Set([...reach.ownAddresses, ...to.map((one) => one.address.toLowerCase())]);
  const offered = draft.cc ?? (draft.to === null && byMail ? copiesOf(reach) : []);
  return { to, cc: offered.filter((one) => !taken.has(one.address.toLowerCase())) };
}

/** Reply-To is believed of an authenticated sender only: elsewhere it leads private answers to a stranger (security.md H4). */
function mailRecipient(reach: Reach): Recipient | undefined {
  const { lastMail, points } = reach;
  if (!lastMail) return points[0];
  const { replyTo, authentication } = lastMail.mail;
  return replyTo && authentication === 'pass'
    ? { address: replyTo.address, name: replyTo.name || null }
    : lastMail.from;
}

/** Reply-all, for CC of authenticated mail (domain.md 3.4). */
const copiesOf = (reach: Reach): Recipient[] =>
  reach.lastMail?.mail.authentication === 'pass' ? reach.lastMail.copies.slice(0, 50) : [];

const isPointOf = (one: Recipient, reach: Reach): boolean =>
  reach.points.some((point) => point.address.toLowerCase() === one.address.toLowerCase());

/** A reply addressed only to somebody else does not answer the customer (domain.md 2.3). */
const reaches = (all: Recipient[], reach: Reach, conversation: Conversation): boolean => {
  const usual = mailRecipient(reach)?.address.toLowerCase();
  return all.some(
    (one) =>
      isPointOf(one, reach) ||
      one.address.toLowerCase() === usual ||
      conversation.participants.includes(one.address.toLowerCase()),
  );
};

/** Whom an agent writes to takes part from now on: their answer may join. */
function admit(conversation: Conversation, all: Recipient[], reach: Reach): void {
  const fresh = all
    .map((one) => one.address.toLowerCase())
    .filter(
      (address) => !conversation.participants.includes(address) && !reach.points.some((p) => p.address === address),
    );
  if (fresh.length > 0) conversation.participants = [...conversation.participants, ...new Set(fresh)];
}

function subjectOf(conversation: Conversation, outlet: Outlet, reach: Reach): string {
  const subject = reach.lastMail?.subject ?? conversation.subject;
  return subject ? replySubject(subject) : (outlet.displayName ?? outlet.name);
}

function mailOf(draft: ReplyDraft, outlet: Outlet, reach: Reach): OutboundReply['mail'] {
  const last = reach.lastMail?.mail ?? null;
  const chain = [...(last?.references ?? []), ...(last?.messageId ? [last.messageId] : [])];
  return {
    from: { address: outlet.address, name: withoutOverrides(outlet.displayName ?? outlet.name) },
    replyTo: replyAddress(outlet.address, draft.token),
    messageId: `<${draft.mailId}@${outlet.address.split('@').at(-1) || 'localhost'}>`,
    inReplyTo: last?.messageId ?? null,
    references: capped([...new Set(chain)]),
  };
}

/** At most 20 ids: the first and the last ones. */
const capped = (chain: string[]): string[] => (chain.length <= 20 ? chain : [chain[0]!, ...chain.slice(-19)]);
