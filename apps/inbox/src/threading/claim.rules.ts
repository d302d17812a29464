import type { ArrivedMessage } from '#contracts';
import { verifyReplyToken } from '#kernel';
import type { Conversation } from '../conversations/conversation.rules.js';
import { livingConversation, type Picture, pointKey, threadKeyOf } from './picture.rules.js';
import { canonicalSubject } from './subject.rules.js';

/** What an arrival says about where it belongs, and whether that is true (security.md H, domain.md 3.2 steps 2 and 3). */
export type Claim =
  | { verdict: 'none' }
  | { verdict: 'proven'; conversation: Conversation }
  /** `toId`: the conversation that it named, when it is one of ours. */
  | { verdict: 'failed'; toId: string | null };

const NONE: Claim = { verdict: 'none' };

export function judgeClaim(arrival: ArrivedMessage, picture: Picture, secret: string): Claim {
  if (arrival.threadKey) return byThreadKey(arrival, picture);
  const mail = arrival.mail;
  if (!mail) return NONE;
  // the id of one mail says more than the address of its conversation, which a split may have parted
  const named = [...byMessageId(arrival, picture), ...byToken(arrival, picture, secret)];
  if (named.length === 0) return NONE;
  const proven = mail.authentication === 'fail' ? undefined : named.find((claim) => claim.conversation && claim.proven);
  if (proven) return { verdict: 'proven', conversation: proven.conversation! };
  const known = named.find((claim) => claim.conversation !== null);
  return { verdict: 'failed', toId: known?.conversation?.id ?? null };
}

/** A bounce belongs to the conversation of the mail that did not arrive, provided that mail went to that recipient. */
export function bouncedConversation(arrival: ArrivedMessage, picture: Picture): Conversation | null {
  const bounce = arrival.mail?.bounce;
  const sent = bounce?.originalMessageId ? picture.sent.get(bounce.originalMessageId) : undefined;
  if (!bounce || !sent || sent.channelId !== arrival.channelId) return null;
  if (bounce.recipient && !sent.recipients.includes(bounce.recipient.toLowerCase())) return null;
  return livingConversation(picture, sent.conversationId);
}

interface Named {
  conversation: Conversation | null;
  proven: boolean;
}

function byToken(arrival: ArrivedMessage, picture: Picture, secret: string): Named[] {
  return arrival.mail!.tokens.map(({ token }) => {
    const known = picture.tokens.get(token.toLowerCase());
    const mine =
      known !== undefined &&
      known.channelId === arrival.channelId &&
      verifyReplyToken(secret, known.channelId, known.conversationId, token);
    const conversation = mine ? livingConversation(picture, known.conversationId) : null;
    return { conversation, proven: conversation !== null && isParticipant(arrival, conversation, picture) };
  });
}

/**
 * Ids of mails that we sent from this very mailbox; any other id is nobody's claim. References are recycled to start new
 * topics: alone they count only under the same subject.
 */
function byMessageId(arrival: ArrivedMessage, picture: Picture): Named[] {
  const mail = arrival.mail!;
  const address = arrival.from.address.toLowerCase();
  const subject = canonicalSubject(arrival.subject);
  const named: Named[] = [];
  for (const id of [mail.inReplyTo, ...mail.references.toReversed()]) {
    const sent = id === null ? undefined : picture.sent.get(id);
    if (!sent || sent.channelId !== arrival.channelId) continue;
    const toThem = sent.recipients.includes(address);
    if (id !== mail.inReplyTo && toThem && canonicalSubject(sent.subject) !== subject) continue;
    const conversation = livingConversation(picture, sent.conversationId);
    named.push({
      conversation,
      proven: conversation !== null && toThem && isParticipant(arrival, conversation, picture),
    });
  }
  return named;
}

/** The customer by any of their addresses, and whom an agent or the customer's authenticated mail brought in. */
function isParticipant(arrival: ArrivedMessage, conversation: Conversation, picture: Picture): boolean {
  if (picture.points.get(pointKey(arrival.from))?.customerId === conversation.customerId) return true;
  return arrival.from.kind === 'email' && conversation.participants.includes(arrival.from.address.toLowerCase());
}

/** A custom channel's thread key leads its own sender back to where it was used before, and nobody else anywhere. */
function byThreadKey(arrival: ArrivedMessage, picture: Picture): Claim {
  const point = picture.points.get(pointKey(arrival.from));
  const id = point && picture.threadKeys.get(threadKeyOf(arrival.channelId, point.id, arrival.threadKey!));
  const conversation = id ? livingConversation(picture, id) : null;
  return conversation ? { verdict: 'proven', conversation } : NONE;
}
