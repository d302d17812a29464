import type { Actor, ConversationStatus } from '#contracts';
import type { Outcome } from './change.rules.js';
import { type Conversation, factsOf, nextSeq, nextVersion } from './conversation.rules.js';

/** The one rests with its status kept for taking it back; the other goes on. Messages stay where they are. */
export function mergeConversations(from: Conversation, into: Conversation, by: Actor, now: Date): Outcome {
  const at = now.toISOString();
  const authorId = by.kind === 'person' ? by.id : null;
  from.status = 'resolved';
  from.snoozedUntil = null;
  from.resolvedAt ??= now;
  from.mergedIntoId = into.id;
  const [fromSeq, intoSeq] = [nextSeq(from), nextSeq(into)];
  return {
    lines: [
      { conversationId: from.id, seq: fromSeq, event: 'merged', data: { intoId: into.id }, authorId },
      { conversationId: into.id, seq: intoSeq, event: 'merged', data: { fromConversationId: from.id }, authorId },
    ],
    facts: [
      {
        type: 'conversation.merged',
        key: from.id,
        seq: nextVersion(from),
        occurredAt: now,
        payload: { conversation: factsOf(from), intoId: into.id, by, at, messageSeq: fromSeq },
      },
      {
        type: 'conversation.linked',
        key: into.id,
        seq: nextVersion(into),
        occurredAt: now,
        payload: { conversation: factsOf(into), kind: 'merged', toId: from.id, at, messageSeq: intoSeq },
      },
    ],
  };
}

/** @param former its status before the merge @param otherOpen the customer has another open conversation by now */
export function unmergeConversation(
  from: Conversation,
  { former, otherOpen }: { former: ConversationStatus; otherOpen: boolean },
  by: Actor,
  now: Date,
): Outcome {
  const intoId = from.mergedIntoId!;
  from.mergedIntoId = null;
  from.status = former === 'snoozed' ? 'open' : former;
  if (from.status !== 'resolved') {
    from.resolvedAt = null;
    if (otherOpen) from.apart ??= 'split';
  }
  const authorId = by.kind === 'person' ? by.id : null;
  const messageSeq = nextSeq(from);
  return {
    lines: [
      { conversationId: from.id, seq: messageSeq, event: 'unmerged', data: { fromConversationId: intoId }, authorId },
    ],
    facts: [
      {
        type: 'conversation.unmerged',
        key: from.id,
        seq: nextVersion(from),
        occurredAt: now,
        payload: { conversation: factsOf(from), fromId: intoId, by, at: now.toISOString(), messageSeq },
      },
    ],
  };
}
