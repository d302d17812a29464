import type { Actor, ChannelKind, MessageKind, SetAside, SlaKind } from '#contracts';
import { applyChange, type Outcome } from './change.rules.js';
import { type Conversation, type Fact, factsOf, nextSeq, nextVersion, waitsSince } from './conversation.rules.js';

/** A customer's message as far as a correction asks. */
export interface SetAsideMessage {
  id: string;
  conversationId: string;
  seq: number;
  kind: MessageKind;
  automatic: boolean;
  courtesy: boolean;
  channelId: string;
  channelKind: ChannelKind;
  slaKind: SlaKind;
  preview: string;
  at: Date;
  receivedAt: Date;
  /** A person's first reply after it. */
  answer: { messageId: string; authorId: string; at: string } | null;
}

interface Said {
  from: SetAside;
  by: Actor;
  now: Date;
}

/** Why the message opened no wait; null: it did, or is none of a customer's. */
export function setAsideAs(message: SetAsideMessage): 'automatic' | 'courtesy' | null {
  if (message.kind !== 'inbound') return null;
  if (message.automatic) return 'automatic';
  return message.courtesy ? 'courtesy' : null;
}

/** It needs an answer: counts as the customer's from now on, and a conversation that was done with is open again. */
export function needsAnswer(conversation: Conversation, message: SetAsideMessage, said: Said): Outcome {
  const { by, now } = said;
  const outcome = applyChange(conversation, { status: 'open' }, by, now);
  const seq = nextSeq(conversation);
  outcome.lines.push({
    conversationId: conversation.id,
    seq,
    event: 'corrected',
    data: { messageId: message.id, from: said.from },
    authorId: by.kind === 'person' ? by.id : null,
  });
  countAsCustomers(conversation, message);
  outcome.facts.push(correctedFact(conversation, message, said));
  return outcome;
}

/** Opened again after it was taken for spam: whoever wrote first since our last reply has waited all the time. */
export function noSpam(conversation: Conversation, first: SetAsideMessage, { by, now }: Omit<Said, 'from'>): Fact {
  conversation.answeredSeq = Math.min(conversation.answeredSeq, first.seq - 1);
  return correctedFact(conversation, first, { from: 'spam', by, now });
}

function countAsCustomers(conversation: Conversation, message: SetAsideMessage): void {
  if (message.seq > conversation.lastCustomerSeq) {
    conversation.lastCustomerSeq = message.seq;
    conversation.replyChannelId = message.channelId;
  }
  if (message.answer) conversation.answeredSeq = Math.max(conversation.answeredSeq, message.seq);
}

function correctedFact(conversation: Conversation, message: SetAsideMessage, { from, by, now }: Said): Fact {
  const { at, receivedAt } = message;
  const isStamped = at.getTime() !== receivedAt.getTime();
  return {
    type: 'message.corrected',
    key: conversation.id,
    seq: nextVersion(conversation),
    occurredAt: now,
    payload: {
      conversation: factsOf(conversation),
      messageId: message.id,
      messageSeq: message.seq,
      channelId: message.channelId,
      channelKind: message.channelKind,
      slaKind: message.slaKind,
      preview: message.preview,
      from,
      openedAt: waitsSince(at, receivedAt).toISOString(),
      channelTimestamp: isStamped ? at.toISOString() : null,
      receivedAt: receivedAt.toISOString(),
      answer: message.answer,
      by,
      at: now.toISOString(),
    },
  };
}
