import { createHmac, randomBytes } from 'node:crypto';
import { deriveKey, sameSecret } from './seal.js';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * The token in a reply address and a Message-ID (security.md H1): `c<random 40 bits><HMAC-SHA256 cut to 128 bits>` in
 * lower-case base32, bound to one channel account and one conversation. It lets mail join, it never grants reading.
 * The random part is stored with the conversation; whoever finds it there checks the HMAC with `verifyReplyToken`.
 */
export function newReplyToken(secret: string, channelId: string, conversationId: string): string {
  const random = base32(randomBytes(5));
  return `c${random}${mac(secret, channelId, conversationId, random)}`;
}

/** Case does not matter (some hosts fold the local part). Constant time. */
export function verifyReplyToken(secret: string, channelId: string, conversationId: string, token: string): boolean {
  const lower = token.toLowerCase();
  if (!/^c[a-z2-7]{34}$/.test(lower)) return false;
  return sameSecret(lower.slice(9), mac(secret, channelId, conversationId, lower.slice(1, 9)));
}

/** `help@shop.test` + token -> `help+token@shop.test`. The token has 35 characters; local parts stay within 64. */
export function replyAddress(channelAddress: string, token: string): string {
  const base = replyBase(channelAddress);
  const at = base.lastIndexOf('@');
  return `${base.slice(0, at)}+${token}${base.slice(at)}`;
}

/** What stands around the token: the channel's address, lower-cased, its local part cut to 28 characters. */
export function replyBase(channelAddress: string): string {
  const lower = channelAddress.trim().toLowerCase();
  const at = lower.lastIndexOf('@');
  return lower.slice(0, at).slice(0, 28) + lower.slice(at);
}

/**
 * An envelope recipient taken apart, lower-cased. With a token, `address` is the `replyBase` of the channel's address;
 * without one it is the whole recipient.
 */
export function splitReplyAddress(recipient: string): { address: string; token: string | null } {
  const lower = recipient.trim().toLowerCase();
  const match = /^(.+)\+(c[a-z2-7]{34})(@[^@]+)$/.exec(lower);
  return match ? { address: match[1]! + match[3]!, token: match[2]! } : { address: lower, token: null };
}

function mac(secret: string, channelId: string, conversationId: string, random: string): string {
  const text = `${channelId}\u0000${conversationId}\u0000${random}`;
  return base32(createHmac('sha256', deriveKey(secret, 'reply-token')).update(text).digest().subarray(0, 16));
}

function base32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += ALPHABET[(value >>> (bits - 5)) & 31];
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(value << (5 - bits)) & 31];
  return text;
}
