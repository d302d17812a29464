/** All that a client learns from a frame that was not understood, from too many, or from trouble of ours. */
export const REFUSED = 'This could not be done. Check what you sent, or try again in a moment.';

type Fields = Record<string, unknown>;

function fieldsOf(body: unknown): Fields | null {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : null;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `{conversationId}` of watch, unwatch and typing; null when it is anything else. */
export function readConversation(body: unknown): { conversationId: string } | null {
  const id = fieldsOf(body)?.['conversationId'];
  return typeof id === 'string' && ID.test(id) ? { conversationId: id.toLowerCase() } : null;
}

/** `{cursor}` of sync; without one it is ''. */
export function readCursor(body: unknown): { cursor: string } | null {
  const fields = fieldsOf(body);
  if (!fields) return null;
  const cursor = fields['cursor'] ?? '';
  return typeof cursor === 'string' && cursor.length <= 200 ? { cursor } : null;
}

/** `{afterSeq}` of the chat's sync. */
export function readAfterSeq(body: unknown): { afterSeq: number } | null {
  const afterSeq = fieldsOf(body)?.['afterSeq'] ?? 0;
  return Number.isSafeInteger(afterSeq) && (afterSeq as number) >= 0 && (afterSeq as number) < 2 ** 31
    ? { afterSeq: afterSeq as number }
    : null;
}

/** A token of a handshake: a text of sane length, or nothing. */
export function readToken(value: unknown, maxLength = 4_096): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= maxLength ? value : null;
}

export interface Bucket {
  level: number;
  atMs: number;
}

/**
 * A leaky bucket: `size` at once, then `perSecond`. Changes the bucket; false when it would overflow.
 * @param nowMs a monotonic clock
 */
export function pour(bucket: Bucket, nowMs: number, limit: { size: number; perSecond: number }): boolean {
  bucket.level = Math.max(0, bucket.level - ((nowMs - bucket.atMs) / 1_000) * limit.perSecond);
  bucket.atMs = nowMs;
  if (bucket.level + 1 > limit.size) return false;
  bucket.level += 1;
  return true;
}
