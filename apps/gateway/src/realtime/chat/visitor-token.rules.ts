import { isId, sameSecret, sign } from '#kernel';

/** A token is good this long from its issue; each connection gets a new one. */
const LIFETIME_MS = 180 * 86_400_000;
/** Clocks of two gateway processes may differ by this much. */
const TOLERANCE_MS = 60_000;

/** Who holds a visitor token: bound to one channel, so that it opens nothing on another one. */
export interface Visitor {
  id: string;
  channelId: string;
  /** From a proof of identity, never from what the browser says of itself. */
  verifiedName: string | null;
  /** The customer's id at the website that vouched for him; null for a stranger. */
  subject: string | null;
}

/** `v1.<what it says>.<HMAC>`. */
export function visitorToken(secret: string, visitor: Visitor, nowMs: number): string {
  const says = Buffer.from(JSON.stringify({ ...visitor, issuedAtMs: nowMs })).toString('base64url');
  return `v1.${says}.${sign(secret, 'visitor-token', says)}`;
}

/** Null when it is forged, too old, or of another channel. */
export function readVisitorToken(secret: string, token: string, channelId: string, nowMs: number): Visitor | null {
  const [version, says, mac] = token.split('.');
  if (version !== 'v1' || !says || !sameSecret(mac, sign(secret, 'visitor-token', says))) return null;
  const said = JSON.parse(Buffer.from(says, 'base64url').toString('utf8')) as Visitor & { issuedAtMs: number };
  const ageMs = nowMs - said.issuedAtMs;
  if (said.channelId !== channelId || !isId(said.id) || !(ageMs > -TOLERANCE_MS && ageMs < LIFETIME_MS)) return null;
  const { id, verifiedName, subject } = said;
  return { id, channelId, verifiedName, subject };
}
