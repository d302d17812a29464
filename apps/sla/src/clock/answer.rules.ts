import { revive, skipPending } from '../escalations/levels.rules.js';
import { breach } from './breach.rules.js';
import type { Conversation, Decision, Fact, Picture, Reply, Wait } from './model.rules.js';
import { isResponse, replaceWait, takeOver } from './wait.rules.js';
import type { PolicyLists } from './target.rules.js';

/** A provider has this long to take a released reply, otherwise it is no answer (domain.md 2.3). */
export const HANDOVER_LIMIT_MS = 15 * 60_000;

/** A human public reply: it ends every open response wait of the conversation, merged ones included. */
export function humanReplied(picture: Picture, reply: Reply, satisfiedAt: Date, now: Date): Decision {
  const facts: Fact[] = [];
  let answers = false;
  const waits = picture.waits.map((wait) => {
    if (wait.state !== 'open' || !isResponse(wait)) return wait;
    answers = true;
    const answered = answer(wait, { reply, satisfiedAt }, picture.conversation, now);
    facts.push(...answered.facts);
    return answered.wait;
  });
  const awaiting = answers && reply.state === 'released';
  const kept: Reply = { ...reply, handoverDueAt: awaiting ? handoverDue(reply) : null };
  return { picture: withReply({ ...picture, waits }, kept), facts };
}

const handoverDue = (reply: Reply): Date => new Date(reply.releasedAt!.getTime() + HANDOVER_LIMIT_MS);

/** Ends one wait: met up to and including the deadline, breached one instant later. */
export function answer(
  wait: Wait,
  by: { reply: Pick<Reply, 'messageId' | 'authorId'>; satisfiedAt: Date },
  conversation: Conversation,
  now: Date,
): { wait: Wait; facts: Fact[] } {
  const facts: Fact[] = [];
  const satisfiedAt = by.satisfiedAt < wait.openedAt ? wait.openedAt : by.satisfiedAt;
  const late = wait.deadlineAt !== null && satisfiedAt > wait.deadlineAt;
  let judged = wait;
  if (late && wait.breachedAt === null) {
    const broken = breach(wait, conversation, now);
    judged = broken.wait;
    facts.push(broken.fact);
  }
  if (!late && wait.breachedAt !== null) {
    judged = withdrawBreach(wait, now);
    facts.push({ type: 'wait.breach_withdrawn', wait: judged, at: satisfiedAt, data: { breachedAt: wait.breachedAt } });
  }
  const ended: Wait = {
    ...judged,
    state: 'ended',
    outcome: late ? 'breached' : 'met',
    causes: late ? ['reply_late', ...judged.causes.filter((cause) => cause !== 'no_reply')] : judged.causes,
    satisfiedAt,
    answerMessageId: by.reply.messageId,
    answeredById: by.reply.authorId,
    endedAt: satisfiedAt,
    levels: skipPending(judged.levels, 'answered'),
  };
  facts.push({
    type: 'wait.answered',
    wait: ended,
    at: satisfiedAt,
    actor: by.reply.authorId,
    data: { messageId: by.reply.messageId },
  });
  return { wait: ended, facts };
}

/** Only event-time evidence does this: a reply released in time whose news came after the deadline (domain.md 2.6). */
function withdrawBreach(wait: Wait, now: Date): Wait {
  return {
    ...wait,
    outcome: null,
    causes: [],
    ...{
      breachedAt: null,
      detectedAt: null,
      assigneeIdAtDeadline: null,
      teamIdAtDeadline: null,
      ownedForSeconds: null,
    },
    withdrawnAt: now,
  };
}

/**
 * The reply failed, bounced, or was not taken in time: what it answered is open again with the opened instant and the
 * deadline it had, unless a later reply stands that reached the customer too.
 */
export function revokeAnswer(
  picture: Picture,
  reply: Reply,
  why: { at: Date; cause: 'delivery_failed' | 'not_accepted'; now: Date; lists: PolicyLists },
): Decision {
  const facts: Fact[] = [];
  const revoked: Reply = { ...reply, state: 'revoked', handoverDueAt: null };
  let next = withReply(picture, revoked);
  for (const wait of picture.waits) {
    if (wait.answerMessageId !== reply.messageId || wait.state !== 'ended') continue;
    const reopened = reopen(wait);
    facts.push({
      type: 'wait.answer_revoked',
      wait: reopened,
      at: why.at,
      cause: why.cause,
      data: { messageId: reply.messageId },
    });
    const other = replyAfter(next.replies, reopened);
    if (other) {
      const answered = answer(
        reopened,
        { reply: other, satisfiedAt: other.releasedAt! },
        picture.conversation,
        why.now,
      );
      const due = other.state === 'released' ? handoverDue(other) : null;
      next = withReply(replaceWait(next, answered.wait), { ...other, handoverDueAt: due });
      facts.push(...answered.facts);
    } else {
      const absorbed = absorbNewer(replaceWait(next, reopened), reopened, why);
      next = absorbed.picture;
      facts.push(...absorbed.facts);
    }
  }
  return { picture: next, facts };
}

function reopen(wait: Wait): Wait {
  return {
    ...wait,
    state: 'open',
    outcome: wait.breachedAt ? 'breached' : null,
    causes: wait.causes.filter((cause) => cause !== 'reply_late'),
    ...{ satisfiedAt: null, answerMessageId: null, answeredById: null, endedAt: null },
    revocations: wait.revocations + 1,
    levels: revive(wait.levels, 'answered'),
  };
}

/** The first standing reply that came after what the customer wrote. */
function replyAfter(replies: readonly Reply[], wait: Wait): Reply | undefined {
  return replies
    .filter((reply) => reply.human && reply.state !== 'revoked' && reply.releasedAt !== null && follows(reply, wait))
    .toSorted((a, b) => a.releasedAt!.getTime() - b.releasedAt!.getTime())[0];
}

/** Numbers compare within one conversation; across a merge only the instants do. */
function follows(reply: Reply, wait: Wait): boolean {
  if (reply.conversationId === wait.conversationId) return reply.seq > wait.lastSeq;
  return reply.releasedAt !== null && reply.releasedAt >= wait.openedAt;
}

/**
 * A revoked reply reached the customer after all: it answers at the hand-over, but only a wait in which the customer has
 * not written again since; a newer question still waits for a newer reply.
 */
export function deliveredAfterAll(picture: Picture, reply: Reply, at: Date, now: Date): Decision {
  const accepted: Reply = { ...reply, state: 'accepted', handoverDueAt: null };
  let next = withReply(picture, accepted);
  const facts: Fact[] = [];
  for (const wait of picture.waits) {
    if (wait.state !== 'open' || !isResponse(wait) || !follows(reply, wait)) continue;
    const answered = answer(wait, { reply: accepted, satisfiedAt: at }, picture.conversation, now);
    next = replaceWait(next, answered.wait);
    facts.push(...answered.facts);
  }
  return { picture: next, facts };
}

/** At most one response wait of a conversation is open: the re-opened one asks for what the newer one asked. */
export function absorbNewer(picture: Picture, older: Wait, why: { at: Date; now: Date; lists: PolicyLists }): Decision {
  const facts: Fact[] = [];
  let next = picture;
  let keeper = older;
  for (const wait of picture.waits) {
    const rival = wait.id !== older.id && wait.state === 'open' && isResponse(wait);
    if (!rival || wait.conversationId !== older.conversationId) continue;
    const absorbed: Wait = {
      ...wait,
      state: 'ended',
      outcome: wait.breachedAt ? 'breached' : 'cancelled',
      reason: 'absorbed',
      endedAt: why.at,
      levels: skipPending(wait.levels, 'absorbed'),
    };
    facts.push({ type: 'wait.absorbed', wait: absorbed, at: why.at, data: { intoWaitId: older.id } });
    keeper = takeOver(keeper, wait, picture.conversation, why.lists);
    next = replaceWait(next, absorbed);
  }
  return { picture: replaceWait(next, keeper), facts };
}

export function withReply(picture: Picture, reply: Reply): Picture {
  const known = picture.replies.some((other) => other.messageId === reply.messageId);
  const replies = known
    ? picture.replies.map((other) => (other.messageId === reply.messageId ? reply : other))
    : [...picture.replies, reply];
  return { ...picture, replies };
}
