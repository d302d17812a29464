import type { AttachmentRef, OutboundReply } from '#contracts';
import { preview, replyAddress, withoutOverrides } from '#kernel';
import {
  type Conversation,
  type Fact,
  factsOf,
  joinChannel,
  nextSeq,
  nextVersion,
} from '../conversations/conversation.rules.js';
import { replySubject } from '../threading/subject.rules.js';
import { type Outlet, type Reach, reachesCustomer, type Recipient, recipientsOf } from './recipients.rules.js';

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
  const { to, cc } = recipientsOf(draft, outlet, reach, conversation.customerName);
  const answersSeq = reachesCustomer([...to, ...cc], reach) ? conversation.lastCustomerSeq : 0;
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
