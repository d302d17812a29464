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
    if (depth > MAX_DEPTH) throw tooDeep();
    const inner: unknown[] = [];
    for (const value of level) {
      const parts = Array.isArray(value) ? value : Object.values(value as object);
      seen += parts.length;
      if (seen > MAX_VALUES) throw tooMany();
      for (const part of parts) if (typeof part === 'object' && part !== null) inner.push(part);
    }
    level = inner;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The same bounds on the text, before it is parsed: twenty megabytes of brackets cost the parser seconds and most of a
 * gigabyte. Whether it is JSON at all is the parser's to say. @throws DomainError too_many_values, too_deep
 */
export function checkJsonText(text: Uint8Array): void {
  let depth = 0;
  let seen = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MAX_DEPTH) throw tooDeep();
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
      case 0x2c: // a comma stands between values
        if (++seen > MAX_VALUES) throw tooMany();
        break;
      default: // the rest is the parser's
    }
  }
}

/** Where the string that opens at `start` closes: the next quote with an even number of backslashes before it. */
function endOfString(text: Uint8Array, start: number): number {
  for (let at = text.indexOf(QUOTE, start + 1); at !== -1; at = text.indexOf(QUOTE, at + 1)) {
    let before = at;
    while (text[before - 1] === BACKSLASH) before--;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}

const tooDeep = () =>
  invalid('too_deep', `The body is nested more than ${MAX_DEPTH} deep. Send the fields of the description.`);

const tooMany = () => invalid('too_many_values', `The body holds more than ${MAX_VALUES} values. Send less at once.`);
