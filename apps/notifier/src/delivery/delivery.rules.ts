import {
  DELIVERY_STATES,
  DELIVERY_WORDS,
  type ChannelKind,
  type DeliveryChanged,
  type DeliveryReport,
  type DeliveryState,
} from '#contracts';
import { cleanText, isId, soundKey } from '#kernel';

/** Waits between attempts, in seconds: quick first, then rarer; a day in all (channels.md 4.10). After the last: failed. */
export const BACKOFF_SECONDS = [2, 10, 60, 300, 1_800, 7_200, 14_400, 28_800, 28_800] as const;
/** Domain.md 2.3 `handover_limit`: a reply the provider has not accepted by then answers no wait. */
export const HANDOVER_LIMIT_MS = 15 * 60_000;
/** Longer than any call to a provider may take, so that a holder whose lease ran out has no call in the air. */
export const LEASE_MS = 45_000;
/** An attempt in doubt is asked about for so long; then people are told that nobody knows. */
export const DOUBT_LIMIT_MS = 10 * 60_000;

/** What changes about a reply on its way out. */
export interface Delivery {
  id: string;
  messageId: string;
  conversationId: string;
  channelId: string;
  channelKind: ChannelKind;
  state: DeliveryState;
  reason: string | null;
  providerId: string | null;
  formerProviderIds: string[];
  /** Without angle brackets. */
  messageIdHeader: string | null;
  releasedAt: Date;
  notAcceptedInTime: boolean;
  attempts: number;
  tries: number;
  nextAt: Date | null;
  attemptId: string | null;
  attemptAt: Date | null;
  worker: string | null;
  leaseUntil: Date | null;
  /** Where the mail came back from because nobody is there; lower case. */
  deadAddress: string | null;
}

/** How one attempt ended, in the worker's words. */
export type Outcome =
  | {
      kind: 'accepted';
      state: DeliveryState;
      providerId: string | null;
      messageIdHeader?: string | null;
      note?: string | null;
    }
  | { kind: 'later'; reason: string }
  | { kind: 'refused'; reason: string }
  /** The provider may have it: ask there before anything else. */
  | { kind: 'doubt'; reason: string }
  /** Nobody can tell any more. */
  | { kind: 'unknowable'; reason: string };

export function rank(state: DeliveryState): number {
  return DELIVERY_STATES.indexOf(state);
}

export function begin(delivery: Delivery, attemptId: string, worker: string, now: Date): Delivery {
  const counts = { attempts: delivery.attempts + 1, tries: delivery.tries + 1 };
  const attempt = { attemptId, attemptAt: now, worker, leaseUntil: after(now, LEASE_MS), nextAt: null };
  return { ...delivery, ...counts, ...attempt, state: 'sending', reason: null };
}

/** A second look at an attempt whose holder is gone: same attempt, new holder. */
export function takeOver(delivery: Delivery, worker: string, now: Date): Delivery {
  return { ...delivery, worker, leaseUntil: after(now, LEASE_MS) };
}

/** What an attempt's end makes of the delivery; the delivery itself when the word comes too late to matter. */
export function settle(delivery: Delivery, attemptId: string, ended: Outcome, now: Date): Delivery {
  const outcome = soundOutcome(ended);
  if (outcome.kind === 'accepted') return accept(delivery, outcome);
  if (delivery.state !== 'sending' || delivery.attemptId !== attemptId) return delivery;
  const done = { ...delivery, worker: null, leaseUntil: null };
  switch (outcome.kind) {
    case 'later':
      return later(done, outcome.reason, now);
    case 'refused':
      return { ...done, state: 'failed', reason: outcome.reason };
    case 'unknowable':
      return { ...done, state: 'unknown', reason: outcome.reason };
    case 'doubt':
      if (delivery.attemptAt && now.getTime() - delivery.attemptAt.getTime() > DOUBT_LIMIT_MS) {
        return { ...done, state: 'unknown', reason: outcome.reason };
      }
      return { ...done, reason: outcome.reason, leaseUntil: after(now, 5_000) };
  }
}

/** Acceptance counts whoever says so: a late answer of an attempt we had given up as unknown is good news too. */
function accept(delivery: Delivery, outcome: Extract<Outcome, { kind: 'accepted' }>): Delivery {
  const known = {
    ...delivery,
    providerId: delivery.providerId ?? outcome.providerId,
    formerProviderIds: delivery.formerProviderIds.filter((id) => id !== outcome.providerId), // mail keeps its id
    messageIdHeader: bareMessageId(outcome.messageIdHeader) ?? delivery.messageIdHeader,
    nextAt: null,
    worker: null,
    leaseUntil: null,
  };
  const to: DeliveryState = rank(outcome.state) > rank('sent') ? outcome.state : 'sent'; // its queue is not ours
  if (rank(delivery.state) >= rank('sent')) return known; // a report was quicker
  return { ...known, state: to, reason: outcome.note ?? null };
}

function later(delivery: Delivery, reason: string, now: Date): Delivery {
  const seconds = BACKOFF_SECONDS[delivery.tries - 1];
  if (seconds === undefined) {
    return { ...delivery, state: 'failed', reason: `${DELIVERY_WORDS.given_up}: ${reason}` };
  }
  return { ...delivery, state: 'queued', reason, nextAt: after(now, seconds * 1_000) };
}

/** Its channel's event has not reached us yet: soon again, and no attempt counted. */
export function postpone(delivery: Delivery, now: Date): Delivery {
  const undone = { attempts: delivery.attempts - 1, worker: null, leaseUntil: null };
  return {
    ...delivery,
    ...undone,
    state: 'queued',
    reason: DELIVERY_WORDS.channel_unknown,
    nextAt: after(now, Math.min(60, 2 ** delivery.tries) * 1_000),
  };
}

/** By a person: failed or unknown only; the service refuses the rest in words. */
export function retry(delivery: Delivery, now: Date): Delivery {
  const former = delivery.providerId
    ? [...delivery.formerProviderIds, delivery.providerId]
    : delivery.formerProviderIds;
  return {
    ...delivery,
    state: 'queued',
    reason: null,
    tries: 0,
    nextAt: now,
    providerId: null,
    formerProviderIds: former,
    deadAddress: null,
  };
}

export function flagLate(delivery: Delivery): Delivery {
  const because = delivery.reason ? `: ${delivery.reason}` : '';
  return { ...delivery, notAcceptedInTime: true, reason: `${DELIVERY_WORDS.late}${because}` };
}

/**
 * A provider's word. Ranks decide, since order is not guaranteed: a late `sent` after `delivered` changes nothing. An
 * equal rank may add its words (a soft bounce). That it is queued or sending at the provider means: accepted.
 */
export function report(delivery: Delivery, word: DeliveryReport): Delivery {
  if (word.providerId && delivery.formerProviderIds.includes(word.providerId)) return delivery;
  if (word.providerId && delivery.providerId && word.providerId !== delivery.providerId) return delivery;
  const state: DeliveryState = rank(word.state) < rank('sent') ? 'sent' : word.state;
  const known = { ...delivery, providerId: delivery.providerId ?? word.providerId };
  if (rank(state) < rank(delivery.state)) return known;
  if (state === delivery.state) return { ...known, reason: word.reason ?? delivery.reason };
  const deadAddress = word.deadAddress ?? null;
  return { ...known, state, reason: word.reason, deadAddress, nextAt: null, worker: null, leaseUntil: null };
}

/** The event of a change; null when nobody outside would notice. */
export function changeOf(before: Delivery | null, after: Delivery, now: Date): DeliveryChanged | null {
  const late = after.notAcceptedInTime && !before?.notAcceptedInTime;
  const rewritten = before && after.messageIdHeader !== before.messageIdHeader;
  const same = before && before.state === after.state && before.reason === after.reason;
  if (same && before.providerId === after.providerId && !late) return null;
  return {
    conversationId: after.conversationId,
    messageId: after.messageId,
    deliveryId: after.id,
    channelId: after.channelId,
    channelKind: after.channelKind,
    from: before?.state ?? null,
    to: after.state,
    reason: after.reason,
    providerId: after.providerId,
    messageIdHeader: rewritten ? `<${after.messageIdHeader}>` : null,
    ...(late ? { notAcceptedInTime: true } : {}),
    at: now.toISOString(),
  };
}

/** What kairos_deliveries_total counts: every state reached. Whoever is delivered was sent, even if nobody told us so. */
export function reached(from: DeliveryState | null, to: DeliveryState): DeliveryState[] {
  if (from === to) return [];
  const skippedSent = rank(to) > rank('failed') && (from === null || rank(from) < rank('sent'));
  return skippedSent ? ['sent', to] : [to];
}

/** A provider's word whose ids the database can hold, whatever the provider wrote there. */
export function soundReport(word: DeliveryReport): DeliveryReport {
  return {
    ...word,
    deliveryId: isId(word.deliveryId) ? word.deliveryId : null,
    providerId: soundId(word.providerId),
    messageIdHeader: soundId(word.messageIdHeader),
    reason: word.reason === null ? null : cleanText(word.reason),
  };
}

/** What a far end said, as the database can hold it. */
function soundOutcome(outcome: Outcome): Outcome {
  if (outcome.kind !== 'accepted') return { ...outcome, reason: cleanText(outcome.reason) };
  const note = outcome.note ? cleanText(outcome.note) : null;
  return { ...outcome, providerId: soundId(outcome.providerId), note };
}

const soundId = (id: string | null): string | null => (id ? soundKey(id) || null : null);

/** `<a@b>` and `a@b` are one id. */
export function bareMessageId(id: string | null | undefined): string | null {
  return id?.trim().replace(/^<|>$/g, '') || null;
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
