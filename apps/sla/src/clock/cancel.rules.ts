import { revive, skipPending } from '../escalations/levels.rules.js';
import { absorbNewer } from './answer.rules.js';
import { pictureWith } from './copies.rules.js';
import type { Decision, Fact, Picture, Wait } from './model.rules.js';
import type { PolicyLists } from './target.rules.js';
import { type CustomerMessage, isResponse, takeOver } from './wait.rules.js';

/** Resolving is not answering: with a reason the open wait is cancelled and counted; a breach stays a breach. */
export function cancelWaits(picture: Picture, why: { at: Date; reason: string; actor: string }): Decision {
  const facts: Fact[] = [];
  const waits = picture.waits.map((wait) => {
    if (wait.state !== 'open' || !isResponse(wait)) return wait;
    const ended: Wait = {
      ...wait,
      state: 'ended',
      outcome: wait.breachedAt ? 'breached' : 'cancelled',
      reason: why.reason,
      endedAt: why.at,
      levels: skipPending(wait.levels, 'cancelled'),
    };
    facts.push({ type: 'wait.cancelled', wait: ended, at: why.at, cause: why.reason, actor: why.actor });
    return ended;
  });
  return { picture: { ...picture, waits }, facts };
}

/**
 * `message` was taken for spam, and wrongly: the wait that asked for it runs on as if it had never ended, with the opened
 * instant, the deadline and the breach it had (domain.md 2.2). Null: none asked for it.
 */
export function runOn(
  picture: Picture,
  message: CustomerMessage,
  why: { at: Date; now: Date; actor: string; lists: PolicyLists },
): Decision | null {
  const { conversation, waits } = picture;
  const [first, ...later] = waits
    .filter(
      (wait) =>
        wait.state === 'ended' &&
        wait.reason === 'spam' &&
        isResponse(wait) &&
        wait.conversationId === conversation.id &&
        wait.lastSeq >= message.seq,
    )
    .toSorted((a, b) => a.openedAt.getTime() - b.openedAt.getTime());
  if (!first) return null;
  const reopened: Wait = {
    ...first,
    state: 'open',
    outcome: first.breachedAt ? 'breached' : null,
    reason: null,
    endedAt: null,
    levels: revive(first.levels, 'cancelled'),
  };
  const asking = later.reduce((older, newer) => takeOver(older, newer, conversation, why.lists), reopened);
  const known = waits.map((wait) => (wait.id === asking.id ? asking : wait));
  const absorbed = absorbNewer(pictureWith(picture, conversation, known), asking, why);
  const wait = absorbed.picture.waits.find(({ id }) => id === asking.id)!;
  const { at, actor } = why;
  const fact: Fact = { type: 'wait.cancellation_revoked', wait, at, cause: 'no_spam', actor };
  return { picture: absorbed.picture, facts: [...absorbed.facts, fact] };
}
