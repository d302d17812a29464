import type { ChannelKind } from '#contracts';
import { invalid, withoutOverrides } from '#kernel';
import type { Recipient } from './compose.rules.js';

/** One address, nothing that could start another header or recipient. */
const EMAIL = /^[^\s@<>(),;:"\\]{1,64}@[^\s@<>(),;:"\\]{1,255}$/;
const PHONE = /^\+[1-9]\d{4,14}$/;

/** `["a@b.test", {address, name?}]` as recipients. @throws DomainError invalid_recipient */
export function readRecipients(list: unknown[] | null | undefined, kind: ChannelKind): Recipient[] | null {
  if (!list || list.length === 0) return null;
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
