import { idFrom } from './ids.js';
import { cleanText } from './text.js';

/** An index entry holds 2,700 bytes; mail allows 320 characters to an address, Twilio's ids have 34. */
const MAX_KEY = 600;

/** What is longer than a key may be stands for itself by its hash. */
export function boundedKey(key: string): string {
  return key.length <= MAX_KEY ? key : `hash:${idFrom('long key', key)}`;
}

/** A provider's id or a sender's address as a key that the database can hold, whatever was sent: clean and bounded. */
export function soundKey(text: string): string {
  return boundedKey(cleanText(text));
}
