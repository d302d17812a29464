import type { ChannelKind, ContactPoint, ReplyRecipientsView, SlaKind } from '#contracts';
import { invalid, withoutOverrides } from '#kernel';
import type { StoredMail } from '../threading/picture.rules.js';

export interface Recipient {
  address: string;
  name: string | null;
}

/** Where the reply goes out: our side. */
export interface Outlet {
  id: string;
  kind: ChannelKind;
  slaKind: SlaKind;
  name: string;
  address: string;
  displayName: string | null;
  teamIds: string[];
}

/** The customer's side, as far as this channel reaches it. */
export interface Reach {
  /** The customer's contact points of this channel's kind, the one written from last first. */
  points: (Recipient & { kind: ContactPoint['kind'] })[];
  /** The customer's last mail in this conversation, the one on this very channel first. */
  lastMail: { from: Recipient; copies: Recipient[]; subject: string | null; mail: StoredMail } | null;
  ownAddresses: string[];
}

/** One address, nothing that could start another header or recipient. */
const EMAIL = /^[^\s@<>(),;:"\\]{1,64}@[^\s@<>(),;:"\\]{1,255}$/;
const PHONE = /^\+[1-9]\d{4,14}$/;

/**
 * `["a@b.test", {address, name?}]` as recipients; null when the list was left out.
 * @throws DomainError invalid_recipient
 */
export function readRecipients(list: unknown[] | null | undefined, kind: ChannelKind): Recipient[] | null {
  if (!list) return null;
  const found = new Map<string, Recipient>();
  for (const entry of list) {
    const one = readOne(entry);
    const sound = kind === 'email' ? EMAIL.test(one.address) : kind === 'sms' ? PHONE.test(one.address) : one.address;
    if (!sound) {
      const example = kind === 'sms' ? '+306912345678' : 'name@example.com';
      throw invalid(
        'invalid_recipient',
        `"${one.address.slice(0, 80)}" is no address for ${kind}; use for example ${example}.`,
      );
    }
    if (!found.has(one.address.toLowerCase())) found.set(one.address.toLowerCase(), one);
  }
  return [...found.values()];
}

function readOne(entry: unknown): Recipient {
  if (typeof entry === 'string') return { address: entry.trim(), name: null };
  const { address, name } = (entry ?? {}) as { address?: unknown; name?: unknown };
  if (typeof address !== 'string' || (name !== undefined && name !== null && typeof name !== 'string')) {
    throw invalid('invalid_recipient', 'A recipient is an address, or {address, name?} with texts.');
  }
  const shown = withoutOverrides(name ?? '')
    .replace(/[\r\n\s]+/g, ' ')
    .trim()
    .slice(0, 200);
  return { address: address.trim(), name: shown || null };
}

/** Elsewhere a reply goes to the customer's own address only. */
export const takesRecipients = (kind: ChannelKind): boolean => kind === 'email' || kind === 'sms';

/** Whom the reply goes to: as the agent says, else the customer and those who were copied. @throws DomainError no_recipient */
export function recipientsOf(
  draft: { to: Recipient[] | null; cc: Recipient[] | null },
  outlet: Outlet,
  reach: Reach,
  customerName: string,
): { to: Recipient[]; cc: Recipient[] } {
  const byMail = outlet.kind === 'email';
  const named = draft.to && draft.to.length > 0 ? draft.to : null;
  if (named && !takesRecipients(outlet.kind) && !named.every((one) => isPointOf(one, reach))) {
    throw invalid(
      'invalid_recipient',
      `On ${outlet.kind} a reply goes to the customer's own address only. Leave \`to\` out, or choose an email or SMS channel.`,
    );
  }
  const usual = usualRecipient(reach, byMail);
  const to = named ?? (usual ? [{ address: usual.address, name: usual.name }] : []);
  if (to.length === 0) {
    throw invalid(
      'no_recipient',
      `${customerName} has no address that ${outlet.name} (${outlet.kind}) reaches. Add one to the customer, give \`to\`, or choose another channel.`,
    );
  }
  const offered = draft.cc ?? (named === null && byMail ? provenCopies(reach) : []);
  return { to, cc: except(offered, reach, to) };
}

/** Shown before sending: what a reply that names nobody will do, and who counts as the customer. */
export function usualRecipients(
  outlet: Outlet,
  reach: Reach,
  conversation: { customerName: string; participants: string[] },
): ReplyRecipientsView {
  const usual = usualRecipient(reach, outlet.kind === 'email');
  const { to, cc } = usual
    ? recipientsOf({ to: null, cc: null }, outlet, reach, conversation.customerName)
    : { to: [], cc: [] };
  const customer = customerAddresses(reach);
  const copies = reach.lastMail?.copies ?? [];
  return {
    to,
    cc,
    copied: except(copies.slice(0, MAX_COPIES), reach, [...to, ...cc]),
    customer,
    known: [...new Set([...customer, ...conversation.participants, ...[...to, ...cc].map(lower)])],
  };
}

/** A reply addressed only to somebody else does not answer the customer who waits (domain.md 2.3). */
export const reachesCustomer = (all: Recipient[], reach: Reach): boolean => {
  const own = customerAddresses(reach);
  return all.some((one) => own.includes(lower(one)));
};

const lower = (one: { address: string }): string => one.address.toLowerCase();

/** Who wrote last counts as well: that may be somebody the customer had copied. */
const customerAddresses = (reach: Reach): string[] => {
  const usual = usualRecipient(reach, reach.lastMail !== null);
  return [...new Set([...reach.points, ...(usual ? [usual] : [])].map(lower))];
};

/** Reply-To is believed of an authenticated sender only: elsewhere it leads private answers to a stranger (security.md H4). */
function usualRecipient({ lastMail, points }: Reach, byMail: boolean): Recipient | undefined {
  if (!byMail || !lastMail) return points[0];
  const { replyTo, authentication } = lastMail.mail;
  return replyTo && authentication === 'pass'
    ? { address: replyTo.address, name: replyTo.name || null }
    : lastMail.from;
}

const MAX_COPIES = 50;

/** Reply-all, for CC of authenticated mail (domain.md 3.4). */
const provenCopies = (reach: Reach): Recipient[] =>
  reach.lastMail?.mail.authentication === 'pass' ? reach.lastMail.copies.slice(0, MAX_COPIES) : [];

/** Without our own addresses, and without those who get it already. */
function except(list: Recipient[], reach: Reach, others: Recipient[]): Recipient[] {
  const taken = new Set([...reach.ownAddresses, ...others.map(lower)]);
  return list.filter((one) => !taken.has(lower(one)));
}

const isPointOf = (one: Recipient, reach: Reach): boolean => reach.points.some((point) => lower(point) === lower(one));
