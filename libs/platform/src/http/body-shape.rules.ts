import { invalid } from '#kernel';

/** What our largest real bodies (a policy with its chain, a team of hundreds) stay far below. */
const MAX_VALUES = 20_000;
const MAX_DEPTH = 32;

/** A JSON object of reasonable size, or nothing. @throws DomainError not_an_object, too_many_values, too_deep */
export function checkShape(body: unknown): void {
  if (body === undefined || body === null) return;
  if (typeof body !== 'object' || Array.isArray(body) || ArrayBuffer.isView(body)) {
    throw invalid('not_an_object', 'The body has to be a JSON object, sent with Content-Type: application/json.');
  }
  let level: unknown[] = [body];
  let seen = 0;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      throw invalid('too_deep', `The body is nested more than ${MAX_DEPTH} deep. Send the fields of the description.`);
    }
    const inner: unknown[] = [];
    for (const value of level) {
      const parts = Array.isArray(value) ? value : Object.values(value as object);
      seen += parts.length;
      if (seen > MAX_VALUES) {
        throw invalid('too_many_values', `The body holds more than ${MAX_VALUES} values. Send less at once.`);
      }
      for (const part of parts) if (typeof part === 'object' && part !== null) inner.push(part);
    }
    level = inner;
  }
}
