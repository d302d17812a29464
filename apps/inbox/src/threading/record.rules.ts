import type { ArrivedMessage } from '#contracts';
import { cleanText, newId, preview, withoutOverrides } from '#kernel';
import {
  changeStatus,
  type Conversation,
  type Fact,
  factsOf,
  joinChannel,
  nextSeq,
  nextVersion,
  waitsSince,
} from '../conversations/conversation.rules.js';
import {
  addConversation,
  type KnownMessage,
  type KnownPoint,
  type NewMessage,
  type Picture,
  pointKey,
  threadKeyOf,
} from './picture.rules.js';
import { knowSender, personName } from './sender.rules.js';
import type { Decision } from './thread.rules.js';

/** Writes an arrival's decision into the picture: rows to store and facts to tell, numbers and versions drawn. */
export function recordArrival(arrival: ArrivedMessage, decision: Decision, picture: Picture, now: Date): void {
  noteChannel(arrival, picture);
  if (decision.kind === 'duplicate') return recordFurther(arrival, decision.known, picture);
  const bounce = arrival.automatic && decision.kind === 'append' && !picture.points.has(pointKey(arrival.from));
  const point = bounce ? null : knowSender(arrival, picture);
  const conversation =
    decision.kind === 'append' ? decision.conversation : openNew(arrival, decision, point!.customerId, picture);
  picture.changes.touched.add(conversation.id);
  const effect = decision.kind === 'open' ? 'opened' : decision.effect;
  if (decision.kind === 'append' && conversation.status !== 'open' && effect !== 'quiet') {
    picture.changes.facts.push(changeStatus(conversation, 'open', { kind: 'customer' }, { at: now }));
  }
  const message = append(arrival, conversation, point, decision.kind === 'append' && decision.courtesy);
  picture.changes.messages.push(message);
  picture.messages.set(arrival.dedupeKey, {
    messageId: message.id,
    conversationId: conversation.id,
    receiptIds: [arrival.receiptId],
  });
  if (arrival.threadKey && point) rememberThreadKey(arrival, point, conversation.id, picture);
  const told = { conversation, message, effect: effect === 'quiet' ? 'joined' : effect } as const;
  picture.changes.facts.push(received(arrival, told, now));
  if (decision.kind === 'open' && decision.link) link(conversation, decision.link, picture, now);
}

/** The same mail in another of our mailboxes: one message, visible from there too. The same receipt again: nothing. */
function recordFurther(arrival: ArrivedMessage, known: KnownMessage, picture: Picture): void {
  if (known.receiptIds.includes(arrival.receiptId)) return;
  known.receiptIds.push(arrival.receiptId);
  picture.changes.further.push({
    messageId: known.messageId,
    receiptId: arrival.receiptId,
    channelId: arrival.channelId,
    receivedAt: arrival.receivedAt,
  });
  const conversation = picture.conversations.get(known.conversationId);
  if (!conversation || conversation.channelIds.includes(arrival.channelId)) return;
  joinChannel(conversation, arrival.channelId, arrival.channelKind, arrival.channelTeamIds);
  picture.changes.touched.add(conversation.id);
}

function noteChannel(arrival: ArrivedMessage, picture: Picture): void {
  const { channelId: id, channelKind: kind, slaKind, channelName: name, channelAddress: address } = arrival;
  if (!picture.changes.channels.has(id)) {
    picture.changes.channels.set(id, { id, kind, slaKind, name, address, teamIds: arrival.channelTeamIds });
  }
}

function openNew(
  arrival: ArrivedMessage,
  decision: Extract<Decision, { kind: 'open' }>,
  customerId: string,
  picture: Picture,
): Conversation {
  const customer = picture.customers.get(customerId)!;
  const receivedAt = new Date(arrival.receivedAt);
  const conversation: Conversation = {
    id: newId(),
    customerId,
    homeCustomerId: picture.points.get(pointKey(arrival.from))!.ownCustomerId,
    customerName: customer.displayName,
    subject: null,
    status: 'open',
    apart: decision.apart ? 'claim' : null,
    priority: 'normal',
    assigneeId: null,
    teamId: null,
    tags: [],
    channelIds: [],
    channelKinds: [],
    channelTeamIds: [],
    participants: [],
    lastSeq: 0,
    version: 0,
    lastPublicSeq: 0,
    lastCustomerSeq: 0,
    answeredSeq: 0,
    lastReplyAt: null,
    preview: '',
    replyChannelId: arrival.channelId,
    lastMessageAt: receivedAt,
    createdAt: receivedAt,
    resolvedAt: null,
    snoozedUntil: null,
    mergedIntoId: null,
    due: null,
    dueToldAt: null,
  };
  addConversation(picture, conversation);
  picture.changes.opened.add(conversation.id);
  return conversation;
}

function append(
  arrival: ArrivedMessage,
  conversation: Conversation,
  point: KnownPoint | null,
  courtesy: boolean,
): NewMessage {
  const { mail } = arrival;
  const seq = nextSeq(conversation);
  const subject = arrival.subject === null ? null : cleanText(arrival.subject);
  const text = cleanText(arrival.text);
  conversation.lastPublicSeq = seq;
  if (!arrival.automatic && !courtesy) conversation.lastCustomerSeq = seq;
  conversation.subject ??= subject && withoutOverrides(subject);
  conversation.preview = previewOf(text, subject, arrival);
  if (!arrival.automatic) conversation.replyChannelId = arrival.channelId;
  const receivedAt = new Date(arrival.receivedAt);
  if (receivedAt > conversation.lastMessageAt) conversation.lastMessageAt = receivedAt;
  joinChannel(conversation, arrival.channelId, arrival.channelKind, arrival.channelTeamIds);
  if (mail && mail.authentication === 'pass' && point?.customerId === conversation.customerId)
    admitCopies(arrival, conversation);
  return {
    id: newId(),
    conversationId: conversation.id,
    seq,
    automatic: arrival.automatic,
    courtesy,
    channelId: arrival.channelId,
    channelKind: arrival.channelKind,
    slaKind: arrival.slaKind,
    contactPointId: point?.id ?? null,
    fromAddress: arrival.from.display || arrival.from.address,
    fromName: personName(arrival.from.name),
    recipients: mail ? named(mail.to) : [{ address: arrival.channelAddress, name: null }],
    copies: mail ? named(mail.cc) : [],
    subject,
    text,
    html: arrival.html?.replaceAll('\u0000', '').toWellFormed() ?? null,
    attachments: arrival.attachments,
    at: arrival.channelTimestamp ?? arrival.receivedAt,
    receivedAt: arrival.receivedAt,
    externalId: arrival.externalId,
    receiptId: arrival.receiptId,
    dedupeKey: arrival.dedupeKey,
    mail: mail
      ? {
          class: mail.class,
          messageId: mail.messageId,
          inReplyTo: mail.inReplyTo,
          references: mail.references,
          replyTo: mail.replyTo,
          authentication: mail.authentication,
        }
      : null,
    parseProblem: arrival.parseProblem ?? null,
    clientId: arrival.clientId ?? null,
  };
}

const previewOf = (text: string, subject: string | null, arrival: ArrivedMessage): string =>
  preview(text) || preview(subject ?? '') || preview(arrival.attachments.map((file) => file.name).join(', '));

/** A header with a thousand recipients shows its first hundred; the raw original has them all. */
const named = (list: { address: string; name: string }[]) =>
  list.slice(0, 100).map(({ address, name }) => ({ address, name: personName(name) }));

/** CC of the customer's authenticated mail takes part from now on (domain.md 3.4); unauthenticated CC never does. */
function admitCopies(arrival: ArrivedMessage, conversation: Conversation): void {
  const ours = arrival.channelAddress.toLowerCase();
  for (const { address } of arrival.mail!.cc.slice(0, 50)) {
    const lower = address.toLowerCase();
    if (lower !== ours && !conversation.participants.includes(lower) && conversation.participants.length < 200) {
      conversation.participants = [...conversation.participants, lower];
    }
  }
}

function rememberThreadKey(arrival: ArrivedMessage, point: KnownPoint, conversationId: string, picture: Picture): void {
  const id = threadKeyOf(arrival.channelId, point.id, arrival.threadKey!);
  if (picture.threadKeys.get(id) === conversationId) return;
  picture.threadKeys.set(id, conversationId);
  picture.changes.threadKeys.set(id, {
    channelId: arrival.channelId,
    contactPointId: point.id,
    key: arrival.threadKey!,
    conversationId,
  });
}

function received(
  arrival: ArrivedMessage,
  told: { conversation: Conversation; message: NewMessage; effect: 'opened' | 'reopened' | 'joined' },
  now: Date,
): Fact {
  const { conversation, message, effect } = told;
  const stamp = arrival.channelTimestamp;
  const at = stamp === null ? null : new Date(stamp);
  return {
    type: 'message.received',
    key: conversation.id,
    seq: nextVersion(conversation),
    occurredAt: now,
    payload: {
      conversation: factsOf(conversation),
      messageId: message.id,
      messageSeq: message.seq,
      channelId: arrival.channelId,
      channelKind: arrival.channelKind,
      slaKind: arrival.slaKind,
      preview: conversation.preview,
      automatic: arrival.automatic,
      openedAt: at === null ? arrival.receivedAt : waitsSince(at, new Date(arrival.receivedAt)).toISOString(),
      channelTimestamp: stamp,
      receivedAt: arrival.receivedAt,
      from: { address: message.fromAddress, name: message.fromName },
      effect,
      courtesy: message.courtesy,
      clientId: message.clientId,
      receiptId: arrival.receiptId,
    },
  };
}

function link(
  conversation: Conversation,
  { kind, toId }: { kind: 'continues' | 'claims'; toId: string | null },
  picture: Picture,
  now: Date,
): void {
  if (toId !== null) picture.changes.links.push({ id: newId(), kind, fromId: conversation.id, toId });
  const at = now.toISOString();
  let messageSeq: number | null = null;
  if (kind === 'claims') {
    messageSeq = nextSeq(conversation);
    const data = { conversationId: toId };
    picture.changes.lines.push({
      conversationId: conversation.id,
      seq: messageSeq,
      event: 'claimed_reply',
      data,
      authorId: null,
      at,
    });
  }
  picture.changes.facts.push({
    type: 'conversation.linked',
    key: conversation.id,
    seq: nextVersion(conversation),
    occurredAt: now,
    payload: { conversation: factsOf(conversation), kind, toId, at, messageSeq },
  });
}
