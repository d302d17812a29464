import { newId } from '#kernel';
import { pictureWith, waitWith } from './copies.rules.js';
import type { Candidate, Conversation, Decision, Fact, Picture, Wait } from './model.rules.js';
import { aimOf, earliestAim, type PolicyLists, tighterAim, withAim } from './target.rules.js';

/** A stamp this much before our receipt is flagged: mailbox down, provider late (domain.md 2.1). */
const RECEIVED_LATE_MS = 5 * 60_000;

/** A customer message that a human has to answer. `seq` is its number in the conversation. */
export interface CustomerMessage {
  candidate: Candidate;
  seq: number;
}

/** Opens the wait, or extends the one that is open: writing twice makes one wait. */
export function customerWrote(picture: Picture, message: CustomerMessage, lists: PolicyLists): Decision {
  const open = openResponseWait(picture);
  if (!open) {
    const wait = openWait(picture.conversation, message, lists);
    return {
      picture: pictureWith(picture, picture.conversation, [...picture.waits, wait]),
      facts: [{ type: 'wait.opened', wait, at: wait.openedAt }],
    };
  }
  const wait = extendWait(open, picture.conversation, message, lists);
  const from = open.deadlineAt?.toISOString() ?? null;
  const fact: Fact = {
    type: 'wait.extended',
    wait,
    at: message.candidate.openedAt,
    data: { messageId: message.candidate.messageId, from },
    quiet: wait.deadlineAt === open.deadlineAt && wait.openedAt === open.openedAt,
  };
  return { picture: replaceWait(picture, wait), facts: [fact] };
}

/** Its own wait first; after a merge perhaps the one of the conversation merged into it: a customer waits once. */
function openResponseWait({ conversation, waits }: Picture): Wait | undefined {
  let open: Wait | undefined;
  for (const wait of waits) {
    if (wait.state !== 'open' || !isResponse(wait)) continue;
    if (wait.conversationId === conversation.id) return wait;
    open ??= wait;
  }
  return open;
}

export const isResponse = (wait: Wait): boolean => wait.kind === 'first_response' || wait.kind === 'next_response';

export function replaceWait(picture: Picture, wait: Wait): Picture {
  const waits = picture.waits.map((other) => (other.id === wait.id ? wait : other));
  return pictureWith(picture, picture.conversation, waits);
}

function openWait(conversation: Conversation, message: CustomerMessage, lists: PolicyLists): Wait {
  const { candidate } = message;
  const kind = conversation.humanReplied ? 'next_response' : 'first_response';
  const { priority, tags, teamId, assigneeId } = conversation;
  const { channelId, channelKind, slaKind } = candidate;
  const bare: Wait = {
    id: newId(),
    conversationId: conversation.id,
    threadId: conversation.id,
    customerId: conversation.customerId,
    kind,
    state: 'open',
    outcome: null,
    reason: null,
    causes: [],
    openedAt: candidate.openedAt,
    receivedAt: candidate.receivedAt,
    channelTimestamp: candidate.channelTimestamp,
    receivedLate: isLate(candidate),
    openingMessageId: candidate.messageId,
    openingChannelKind: channelKind,
    openingSeq: message.seq,
    lastSeq: message.seq,
    candidates: [candidate],
    channelId,
    channelKind,
    slaKind,
    deadlineMessageId: candidate.messageId,
    policyId: null,
    policyVersion: null,
    listVersion: candidate.listVersion,
    targetSeconds: null,
    basis: 'clock',
    startsAt: candidate.openedAt,
    deadlineAt: null,
    warnings: [],
    openedFacts: { priority, tags, teamId, assigneeId, channelKind, slaKind },
    priority,
    tags,
    teamId,
    assigneeId,
    breachedAt: null,
    detectedAt: null,
    assigneeIdAtDeadline: null,
    teamIdAtDeadline: null,
    ownedForSeconds: null,
    satisfiedAt: null,
    answerMessageId: null,
    answeredById: null,
    endedAt: null,
    withdrawnAt: null,
    revocations: 0,
    levels: [],
  };
  const aim = aimOf(candidate, kind, conversation, lists);
  return aim ? withAim(bare, aim) : bare;
}

/** A later message may bring the deadline forward, never push it back. A breached wait keeps its deadline. */
function extendWait(wait: Wait, conversation: Conversation, message: CustomerMessage, lists: PolicyLists): Wait {
  const { candidate, seq } = message;
  const openedAt = isBefore(candidate.openedAt, wait.openedAt) ? candidate.openedAt : wait.openedAt;
  const candidates = withCandidate(wait.candidates, candidate);
  const extended = waitWith(wait, openedAt, Math.max(wait.lastSeq, seq), candidates);
  if (wait.breachedAt !== null) return extended;
  const aim = aimOf(candidate, wait.kind, conversation, lists);
  return aim && (wait.deadlineAt === null || isBefore(aim.deadlineAt, wait.deadlineAt))
    ? withAim(extended, aim)
    : extended;
}

/** `<` of two dates asks each for its value by name. */
const isBefore = (a: Date, b: Date): boolean => a.getTime() < b.getTime();

/** Per channel and policy list only the oldest can ever set the deadline: a thousand messages stay a few candidates. */
export function withCandidate(known: Candidate[], fresh: Candidate): Candidate[] {
  const same = (other: Candidate) => other.channelId === fresh.channelId && other.listVersion === fresh.listVersion;
  const rival = known.find(same);
  if (!rival) return [...known, fresh];
  return !isBefore(fresh.openedAt, rival.openedAt) ? known : known.map((other) => (other === rival ? fresh : other));
}

const isLate = (candidate: Candidate): boolean =>
  candidate.receivedAt.getTime() - candidate.openedAt.getTime() > RECEIVED_LATE_MS;

/** Priority or team changed: every open wait is judged again by the lists it was stamped with. */
export function factsChanged(picture: Picture, changedAt: Date, cause: string, lists: PolicyLists): Decision {
  const facts: Fact[] = [];
  const waits = picture.waits.map((wait) => {
    if (wait.state !== 'open' || wait.breachedAt !== null) return wait;
    const aim = tighterAim(wait, picture.conversation, changedAt, lists);
    if (!aim) return wait;
    const tightened = withAim(wait, aim);
    const from = wait.deadlineAt?.toISOString() ?? null;
    facts.push({ type: 'wait.retargeted', wait: tightened, at: changedAt, cause, data: { from } });
    return tightened;
  });
  return { picture: { ...picture, waits }, facts };
}

/** The older wait takes over what the newer one was still asking for. */
export function takeOver(older: Wait, newer: Wait, conversation: Conversation, lists: PolicyLists): Wait {
  const candidates = newer.candidates.reduce(withCandidate, older.candidates);
  const joined = { ...older, candidates, lastSeq: Math.max(older.lastSeq, newer.lastSeq) };
  if (older.breachedAt !== null || newer.breachedAt !== null) return joined;
  const aim = earliestAim(newer.candidates.map((candidate) => aimOf(candidate, older.kind, conversation, lists)));
  return aim && (older.deadlineAt === null || aim.deadlineAt < older.deadlineAt) ? withAim(joined, aim) : joined;
}
