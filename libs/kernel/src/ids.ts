import { createHash, randomBytes } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/**
 * A new uuid v7 (RFC 9562): time-ordered, so that it is kind to B-trees. Ids made in one process within one
 * millisecond still ascend. A key, never a secret: its time can be read and its neighbours can be guessed.
 */
export function newId(): string {
  const now = Date.now();
  const at = random16();
  if (now > lastMs) {
    lastMs = now;
    counter = pool.readUInt16BE(at) & 0x7ff; // of the bytes that the time will cover
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

/** Where 16 fresh bytes begin in the pool. */
function random16(): number {
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

function format(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
