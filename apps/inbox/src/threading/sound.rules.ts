import type { ArrivedMessage } from '#contracts';
import { idFrom } from '#kernel';

/** An index entry holds 2,700 bytes; what is longer stands for itself by its hash. Mail allows 320, SIDs have 34. */
const MAX_KEY = 600;

/**
 * An arrival as the database can hold it, so that whatever a customer sends becomes a visible item: no NUL, no half
 * surrogate pair in any text, no endless key. Sound ones, nearly all, pass as they are.
 */
export function soundArrival(arrival: ArrivedMessage): ArrivedMessage {
  const clean = isClean(arrival) ? arrival : (cleaned(arrival) as ArrivedMessage);
  const { dedupeKey, threadKey, from } = clean;
  if (dedupeKey.length <= MAX_KEY && (threadKey?.length ?? 0) <= MAX_KEY && from.address.length <= MAX_KEY)
    return clean;
  return {
    ...clean,
    dedupeKey: bounded(dedupeKey),
    threadKey: threadKey ? bounded(threadKey) : threadKey,
    from: { ...from, address: bounded(from.address), display: from.display.slice(0, MAX_KEY) },
  };
}

const bounded = (key: string): string => (key.length <= MAX_KEY ? key : `hash:${idFrom('long key', key)}`);

function isClean(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\u0000');
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isClean);
  for (const key in value) if (!isClean((value as Record<string, unknown>)[key])) return false;
  return true;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed();
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleaned(part)]));
}
