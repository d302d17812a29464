import { invalid } from '#kernel';

export const DEFAULT_LIMIT = 50;
export const MAX_LIMIT = 200;

/** `limit` of a list: 1 to 200, 50 when left out. @throws DomainError invalid_limit */
export function readLimit(text: unknown): number {
  if (text === undefined || text === '') return DEFAULT_LIMIT;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw invalid(
      'invalid_limit',
      `limit=${String(text).slice(0, 40)} is not allowed; use a whole number from 1 to ${MAX_LIMIT}.`,
    );
  }
  return limit;
}

/** Keyset positions travel as opaque base64url JSON. */
export function encodeCursor(position: unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws DomainError invalid_cursor */
export function decodeCursor(text: unknown, length: number): unknown[] | null {
  if (text === undefined || text === '') return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(String(text), 'base64url').toString('utf8'));
    if (Array.isArray(value) && value.length === length) return value;
  } catch {
    // falls through to the one message
  }
  throw invalid('invalid_cursor', 'The cursor is not one of ours. Use nextCursor of the page before, unchanged.');
}

/** A query parameter that has to be one text: `?a=1&a=2` and `a[b]=c` are refused in words. */
export function readText(query: Record<string, unknown>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw invalid('invalid_query', `${name} was given more than once; give it once.`);
  if (value.includes('\u0000')) throw invalid('invalid_query', `${name} contains a null byte; leave it out.`);
  return value;
}

/** RFC 3339 instant. @throws DomainError invalid_instant */
export function readInstant(query: Record<string, unknown>, name: string): Date | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()) || !/^\d{4}-\d{2}-\d{2}/.test(text)) {
    throw invalid(
      'invalid_instant',
      `${name}="${text.slice(0, 40)}" is no instant; use RFC 3339, for example 2026-11-21T10:00:00.000Z.`,
    );
  }
  return instant;
}
