import type {
  Actor,
  AnyEnvelope,
  ConversationFacts,
  Envelope,
  MessageCorrected,
  MessageReceived,
  MessageReplied,
  StatusChanged,
} from '#contracts';
import { answer, humanReplied, withReply } from '../clock/answer.rules.js';
import { breachesBefore } from '../clock/breach.rules.js';
import { cancelWaits, runOn } from '../clock/cancel.rules.js';
import { conversationWith, pictureWith } from '../clock/copies.rules.js';
import type { Candidate, Conversation, Decision, Picture, Reply } from '../clock/model.rules.js';
import type { PolicyLists } from '../clock/target.rules.js';
import { customerWrote, factsChanged, replaceWait } from '../clock/wait.rules.js';

/** What a decision may depend on beside the picture and the event. */
export interface Setting {
  now: Date;
  lists: PolicyLists;
  /** The list that new messages are judged by. */
  listVersion: number;
}

/** One event of inbox, applied to the conversation it is about. Events come in order per conversation. */
export function applyConversationEvent(before: Picture, event: Envelope, setting: Setting): Decision {
  const seen = event.seq !== null && event.seq <= before.conversation.version;
  const envelope = event as AnyEnvelope;
  const facts = 'conversation' in envelope.payload ? envelope.payload.conversation : null;
  if (seen || facts === null) return { picture: before, facts: [] };
  const at = earlier(instantOf(envelope), setting.now);
  const past = breachesBefore(before, at, setting.now);
  const updated = takeFacts(past.picture, facts, at, event.seq);
  const changed = judgeAgain(past.picture, updated, at, setting.lists);
  const applied = apply(changed.picture, envelope, setting);
  if (past.facts.length === 0 && changed.facts.length === 0) return applied;
  return { picture: applied.picture, facts: [...past.facts, ...changed.facts, ...applied.facts] };
}

function apply(picture: Picture, event: AnyEnvelope, setting: Setting): Decision {
  if (event.type === 'message.received') return received(picture, event.payload, setting);
  if (event.type === 'message.corrected') return corrected(picture, event.payload, setting);
  if (event.type === 'message.replied') return replied(picture, event.payload, setting);
  if (event.type === 'conversation.status_changed') return statusChanged(picture, event.payload);
  if (event.type === 'conversation.merged' || event.type === 'conversation.unmerged') {
    const mergedIntoId = event.type === 'conversation.merged' ? event.payload.intoId : null;
    const conversation = { ...picture.conversation, mergedIntoId };
    return { picture: { ...picture, conversation }, facts: [] };
  }
  return { picture, facts: [] };
}

/** Bounces, auto-replies and closing thanks open nothing and stop nothing. */
function received(picture: Picture, message: MessageReceived, setting: Setting): Decision {
  if (message.automatic || message.courtesy) return { picture, facts: [] };
  const conversation = conversationWith(picture.conversation, message.preview);
  const written = { candidate: candidateOf(message, setting.listVersion), seq: message.messageSeq };
  return customerWrote(pictureWith(picture, conversation, picture.waits), written, setting.lists);
}

/** It needs an answer after all: the customer has waited since it came, and perhaps only until somebody wrote. */
function corrected(picture: Picture, message: MessageCorrected, setting: Setting): Decision {
  const conversation = conversationWith(picture.conversation, message.preview);
  const written = { candidate: candidateOf(message, setting.listVersion), seq: message.messageSeq };
  const told = pictureWith(picture, conversation, picture.waits);
  if (message.from === 'spam') {
    const why = { at: new Date(message.at), now: setting.now, actor: actorOf(message.by), lists: setting.lists };
    const again = runOn(told, written, why);
    if (again) return again;
  }
  const opened = customerWrote(told, written, setting.lists);
  const fact = opened.facts[0];
  if (!message.answer || fact?.type !== 'wait.opened') return opened;
  const by = { reply: message.answer, satisfiedAt: new Date(message.answer.at) };
  const answered = answer(fact.wait, by, conversation, setting.now);
  return { picture: replaceWait(opened.picture, answered.wait), facts: [...opened.facts, ...answered.facts] };
}

/** Mostly it was opened when it was received: one and the same instant then. */
function candidateOf(message: MessageReceived | MessageCorrected, listVersion: number): Candidate {
  const { channelTimestamp, channelId, channelKind, slaKind } = message;
  const openedAt = new Date(message.openedAt);
  return {
    messageId: message.messageId,
    openedAt,
    receivedAt: message.receivedAt === message.openedAt ? openedAt : new Date(message.receivedAt),
    channelTimestamp: channelTimestamp ? new Date(channelTimestamp) : null,
    channelId,
    channelKind,
    slaKind,
    listVersion,
  };
}

/** A bot's or automatic notice is kept for its delivery, and answers nothing. The provider's word may have come first. */
function replied(picture: Picture, message: MessageReplied, { now }: Setting): Decision {
  const known = picture.replies.find((reply) => reply.messageId === message.messageId);
  if (known?.releasedAt) return { picture, facts: [] };
  const reply: Reply = {
    messageId: message.messageId,
    conversationId: picture.conversation.id,
    seq: message.messageSeq,
    releasedAt: new Date(message.at),
    authorId: message.authorId,
    human: message.human,
    state: known?.state ?? 'released',
    deliveryState: known?.deliveryState ?? null,
    deliveryAt: known?.deliveryAt ?? null,
    handoverDueAt: null,
    failed: known?.failed ?? false,
    heard: known?.heard ?? [],
  };
  if (!reply.human) return { picture: withReply(picture, reply), facts: [] };
  const spoken = { ...picture, conversation: { ...picture.conversation, humanReplied: true } };
  if (reply.state === 'revoked') return { picture: withReply(spoken, reply), facts: [] };
  return humanReplied(spoken, reply, reply.releasedAt!, now);
}

function statusChanged(picture: Picture, change: StatusChanged): Decision {
  if (change.to !== 'resolved' || !change.reason) return { picture, facts: [] };
  return cancelWaits(picture, { at: new Date(change.at), reason: change.reason, actor: actorOf(change.by) });
}

const actorOf = (by: Actor): string => (by.kind === 'person' ? by.id : by.kind);

/** The conversation as this event describes it; open waits carry owner, team, priority and tags along. */
function takeFacts(picture: Picture, facts: ConversationFacts, at: Date, version: number | null): Picture {
  const before = picture.conversation;
  const { assigneeId, teamId } = facts.audience;
  const tags = sameList(before.tags, facts.tags);
  const conversation: Conversation = {
    id: before.id,
    version: version ?? before.version,
    customerId: facts.customer.id,
    customerName: facts.customer.displayName,
    status: facts.status,
    priority: facts.priority,
    tags,
    subject: facts.subject,
    preview: before.preview,
    channelTeamIds: sameList(before.channelTeamIds, facts.audience.channelTeamIds),
    teamId,
    assigneeId,
    assignedAt: assigneeId === before.assigneeId ? before.assignedAt : at,
    humanReplied: before.humanReplied,
    mergedIntoId: before.mergedIntoId,
  };
  const same =
    before.assigneeId === assigneeId &&
    before.teamId === teamId &&
    before.priority === facts.priority &&
    before.tags === tags;
  if (same) return pictureWith(picture, conversation, picture.waits);
  const { priority } = facts;
  const waits = picture.waits.map((wait) =>
    wait.state === 'open' ? { ...wait, assigneeId, teamId, priority, tags } : wait,
  );
  return { ...picture, conversation, waits };
}

/** The list that is known where the fresh one says the same: what is kept stays small, and is seen at once to be unchanged. */
function sameList(known: string[], fresh: string[]): string[] {
  return known.length === fresh.length && known.every((entry, i) => entry === fresh[i]) ? known : fresh;
}

function judgeAgain(before: Picture, after: Picture, at: Date, lists: PolicyLists): Decision {
  if (before.conversation.priority !== after.conversation.priority)
    return factsChanged(after, at, 'priority_changed', lists);
  if (before.conversation.teamId !== after.conversation.teamId) return factsChanged(after, at, 'team_changed', lists);
  return { picture: after, facts: [] };
}

/** When it happened, for telling which deadlines lay before it. */
function instantOf(event: AnyEnvelope): Date {
  if ('at' in event.payload) return new Date(event.payload.at);
  if (event.type === 'message.received') return new Date(event.payload.receivedAt);
  return new Date(event.occurredAt);
}

const earlier = (a: Date, b: Date): Date => (a.getTime() < b.getTime() ? a : b);
