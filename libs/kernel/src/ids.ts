import { createHash, randomBytes } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/**
 * A new uuid v7 (RFC 9562): time-ordered, so that it is kind to B-trees. Ids made in one process within one
 * millisecond still ascend. A key, never a secret: its time can be read and its neighbours can be guessed.
 */
export function newId(): string {
  const now = Date.now();
  const at = drawRandom();
  if (now > lastMs) {
    lastMs = now;
    counter = pool.readUInt16BE(at) & 0x7ff; // these bytes are written over below
  } else if (++counter > 0xfff) {
    lastMs += 1;
    counter = 0;
  }
  pool.writeUIntBE(lastMs, at, 6);
  pool.writeUInt16BE(0x7000 | counter, at + 6);
  pool[at + 8] = (pool[at + 8]! & 0x3f) | 0x80;
  return format(pool, at);
}

/** Random bytes are drawn from the system 256 ids at a time: a call for each costs more than all the rest. */
let pool = Buffer.alloc(0);
let drawn = 0;

/** @returns where in the pool 16 fresh ones are */
function drawRandom(): number {
  if (drawn === pool.length) {
    pool = randomBytes(4096);
    drawn = 0;
  }
  return (drawn += 16) - 16;
}

/** A uuid that depends on nothing but `parts`: the same effect asked for twice gets the same id. */
export function idFrom(...parts: string[]): string {
  const bytes = createHash('sha256').update(parts.join('\u0000')).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return format(bytes, 0);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isId(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}

/** 256 random bits for tokens, URL-safe. Store only their hash (`hashSecret`). */
export function newSecret(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** How a random token is kept at rest: its entropy makes a slow hash needless. */
export function hashSecret(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

const DIGITS = Buffer.from('0123456789abcdef');
/** Where each byte's two digits stand, between the dashes. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const text = Buffer.alloc(36, '-');

/** Every message makes some twenty ids: digit by digit into one text takes a third of slicing and joining five. */
function format(bytes: Uint8Array, from: number): string {
  for (let i = 0; i < 16; i++) {
    const byte = bytes[from + i]!;
    const place = PLACES[i]!;
    text[place] = DIGITS[byte >> 4]!;
    text[place + 1] = DIGITS[byte & 15]!;
  }
  return text.toString('latin1');
}
