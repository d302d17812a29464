import { invalid } from '#kernel';
import { readText } from '#platform';

/** `tz` of a query, UTC when left out. Names only: an offset like +02:00 knows no summer time, and means its opposite to the database. */
export function readZone(query: Record<string, unknown>): string {
  const text = readText(query, 'tz') ?? 'UTC';
  try {
    if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(text)) throw new RangeError(text);
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text;
  } catch {
    throw invalid(
      'invalid_time_zone',
      `tz="${text.slice(0, 40)}" is no time zone; use an IANA name, for example Europe/Athens.`,
    );
  }
}
