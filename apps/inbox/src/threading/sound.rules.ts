import type { ArrivedMessage } from '#contracts';
import { boundedKey } from '#kernel';

/** Of a name that stands for an address. */
const MAX_DISPLAY = 600;

/**
 * An arrival as the database can hold it, so that whatever a customer sends becomes a visible item: no NUL, no half
 * surrogate pair in any text, no endless key. Sound ones, nearly all, pass as they are.
 */
export function soundArrival(arrival: ArrivedMessage): ArrivedMessage {
  const clean = isClean(arrival) ? arrival : (cleaned(arrival) as ArrivedMessage);
  const dedupeKey = boundedKey(clean.dedupeKey);
  const threadKey = clean.threadKey ? boundedKey(clean.threadKey) : clean.threadKey;
  const address = boundedKey(clean.from.address);
  if (dedupeKey === clean.dedupeKey && threadKey === clean.threadKey && address === clean.from.address) return clean;
  return {
    ...clean,
    dedupeKey,
    threadKey,
    from: { ...clean.from, address, display: clean.from.display.slice(0, MAX_DISPLAY) },
  };
}

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
