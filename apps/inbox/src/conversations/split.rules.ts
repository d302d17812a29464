import type { Actor, ChannelKind, MessageKind } from '#contracts';
import { newId, preview } from '#kernel';
import type { Outcome } from './change.rules.js';
import { type Conversation, factsOf, joinChannel, nextSeq, nextVersion } from './conversation.rules.js';

/** As much of a message as the figures of its conversation need. */
export interface MessageFigure {
  id: string;
  seq: number;
  kind: MessageKind;
  automatic: boolean;
  courtesy: boolean;
  channelId: string | null;
  channelKind: ChannelKind | null;
  channelTeamIds: string[];
  subject: string | null;
  text: string;
  at: Date;
}

export interface Split {
  fresh: Conversation;
  /** Old message id to its number in the new conversation. */
  moved: { messageId: string; seq: number }[];
  outcome: Outcome;
}

/**
 * The messages from `fromSeq` on leave for a conversation of their own, numbered from 1; the old one goes on counting
 * where they were. Both sides' figures follow from the messages they keep.
 */
export function splitConversation(
  old: Conversation,
  messages: readonly MessageFigure[],
  { fromSeq, by, now }: { fromSeq: number; by: Actor; now: Date },
): Split {
  const stay = messages.filter((message) => message.seq < fromSeq);
  const go = messages
    .filter((message) => message.seq >= fromSeq)
    .map((message, index) => ({ ...message, seq: index + 1 }));
  const excused = old.answeredSeq;
  const fresh: Conversation = {
    ...old,
    id: newId(),
    apart: 'split',
    status: old.status === 'resolved' ? 'resolved' : 'open',
    snoozedUntil: null,
    version: 0,
    createdAt: now,
    due: null,
    dueToldAt: null,
    subject: go.find((message) => message.subject)?.subject ?? old.subject,
  };
  takeFigures(fresh, go, excused >= fromSeq ? excused - fromSeq + 1 : 0);
  takeFigures(old, stay, excused);
  const moved = go.map(({ id, seq }) => ({ messageId: id, seq }));
  return { fresh, moved, outcome: told(old, fresh, { fromSeq, by, now, moved }) };
}

function told(
  old: Conversation,
  fresh: Conversation,
  { fromSeq, by, now, moved }: { fromSeq: number; by: Actor; now: Date; moved: Split['moved'] },
): Outcome {
  const authorId = by.kind === 'person' ? by.id : null;
  const [oldSeq, freshSeq] = [nextSeq(old), nextSeq(fresh)];
  const at = now.toISOString();
  return {
    lines: [
      { conversationId: old.id, seq: oldSeq, event: 'split', data: { newConversationId: fresh.id }, authorId },
      { conversationId: fresh.id, seq: freshSeq, event: 'split', data: { fromConversationId: old.id }, authorId },
    ],
    facts: [
      {
        type: 'conversation.split',
        key: old.id,
        seq: nextVersion(old),
        occurredAt: now,
        payload: {
          conversation: factsOf(old),
          newConversationId: fresh.id,
          fromSeq,
          by,
          at,
          messageSeq: oldSeq,
          moved,
        },
      },
      {
        type: 'conversation.linked',
        key: fresh.id,
        seq: nextVersion(fresh),
        occurredAt: now,
        payload: { conversation: factsOf(fresh), kind: 'split', toId: old.id, at, messageSeq: freshSeq },
      },
    ],
  };
}

function takeFigures(conversation: Conversation, messages: readonly MessageFigure[], excused: number): void {
  Object.assign(conversation, {
    lastSeq: messages.length,
    lastPublicSeq: 0,
    lastCustomerSeq: 0,
    answeredSeq: Math.min(excused, messages.length),
    lastReplyAt: null,
    channelIds: [],
    channelKinds: [],
    channelTeamIds: [],
  });
  for (const message of messages) {
    if (message.kind !== 'inbound' && message.kind !== 'reply') continue;
    conversation.lastPublicSeq = message.seq;
    conversation.preview = preview(message.text) || preview(message.subject ?? '');
    conversation.lastMessageAt = message.at;
    if (message.channelId && message.channelKind) {
      joinChannel(conversation, message.channelId, message.channelKind, message.channelTeamIds);
    }
    if (message.kind === 'reply') {
      conversation.lastReplyAt = message.at;
      conversation.answeredSeq = Math.max(conversation.answeredSeq, conversation.lastCustomerSeq);
    } else if (!message.automatic && !message.courtesy) {
      conversation.lastCustomerSeq = message.seq;
      conversation.replyChannelId = message.channelId;
    }
  }
}
