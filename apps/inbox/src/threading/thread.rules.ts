import type { ArrivedMessage } from '#contracts';
import type { Conversation } from '../conversations/conversation.rules.js';
import { bouncedConversation, judgeClaim } from './claim.rules.js';
import { isCourtesy } from './courtesy.rules.js';
import { type KnownMessage, latestResolved, openConversation, type Picture, pointKey } from './picture.rules.js';

/** Where an arrival goes (domain.md 3.2). */
export type Decision =
  | { kind: 'duplicate'; known: KnownMessage }
  /**
   * `joined`: into an open one (a snoozed one wakes); `reopened`; `quiet`: put into it whatever its status, which stays
   * (automatic mail, closing thanks).
   */
  | { kind: 'append'; conversation: Conversation; effect: 'joined' | 'reopened' | 'quiet'; courtesy: boolean }
  | { kind: 'open'; apart: boolean; link: { kind: 'continues' | 'claims'; toId: string | null } | null };

/** A resolved conversation is reopened within 7 days; later a new one continues it. */
export const REOPEN_MS = 7 * 86_400_000;
/** Closing thanks count as such for 72 hours. */
const COURTESY_MS = 72 * 3_600_000;

export interface Reading {
  secret: string;
  /** What the writer wrote, without quotes and signature; asked for only when it matters. */
  ownText: (arrival: ArrivedMessage) => string;
}

export function decideThread(arrival: ArrivedMessage, picture: Picture, reading: Reading): Decision {
  const known = picture.messages.get(arrival.dedupeKey);
  if (known) return { kind: 'duplicate', known };
  const bounced = arrival.automatic ? bouncedConversation(arrival, picture) : null;
  if (bounced) return quiet(bounced);
  const claim = judgeClaim(arrival, picture, reading.secret);
  const point = picture.points.get(pointKey(arrival.from));
  if (claim.verdict === 'failed') return { kind: 'open', apart: true, link: { kind: 'claims', toId: claim.toId } };
  if (arrival.mail?.authentication === 'fail') return unbelieved(picture, point?.customerId);
  if (claim.verdict === 'proven') return into(claim.conversation, arrival, picture, reading);
  const open = point ? openConversation(picture, point.customerId, point.ownCustomerId) : null;
  if (open)
    return { kind: 'append', conversation: open, effect: arrival.automatic ? 'quiet' : 'joined', courtesy: false };
  const latest = point ? latestResolved(picture, point.customerId) : null;
  return latest ? revive(latest, arrival, reading) : { kind: 'open', apart: false, link: null };
}

/** A sender who fails authentication claims to be somebody, whatever else the mail says. */
function unbelieved(picture: Picture, customerId: string | undefined): Decision {
  const open = customerId === undefined ? null : openConversation(picture, customerId);
  return { kind: 'open', apart: true, link: open ? { kind: 'claims', toId: open.id } : null };
}

/** The conversation it rightly names; the one-open rule sends it to the customer's open one when that is another. */
function into(named: Conversation, arrival: ArrivedMessage, picture: Picture, reading: Reading): Decision {
  if (arrival.automatic) return quiet(named);
  if (named.status !== 'resolved') return { kind: 'append', conversation: named, effect: 'joined', courtesy: false };
  const open = named.apart === null ? openConversation(picture, named.customerId) : null;
  if (open) return { kind: 'append', conversation: open, effect: 'joined', courtesy: false };
  return revive(named, arrival, reading);
}

function revive(resolved: Conversation, arrival: ArrivedMessage, reading: Reading): Decision {
  if (arrival.automatic) return quiet(resolved);
  const age = new Date(arrival.receivedAt).getTime() - (resolved.resolvedAt?.getTime() ?? 0);
  if (age <= COURTESY_MS && isCourtesy(reading.ownText(arrival), arrival.attachments.length)) {
    return { ...quiet(resolved), courtesy: true };
  }
  if (age <= REOPEN_MS) return { kind: 'append', conversation: resolved, effect: 'reopened', courtesy: false };
  return { kind: 'open', apart: false, link: { kind: 'continues', toId: resolved.id } };
}

const quiet = (conversation: Conversation) =>
  ({ kind: 'append', conversation, effect: 'quiet', courtesy: false }) as const;
