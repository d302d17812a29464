/**
 * Freezes an event and all that is in it. Throws for what would come out of JSON as something else (a Date, `undefined`,
 * NaN, an object of a class): a handler may be given the event as it was appended, or as it was read from its text.
 */
export function mustBePlain(value: unknown, at: string): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (!Array.isArray(value) && !isRecord(value)) throw new Error(`${at} is ${describe(value)}, which is no JSON`);
  for (const [name, part] of Object.entries(value)) mustBePlain(part, `${at}.${name}`);
  Object.freeze(value);
}

function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype as object) === null;
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null) return `a ${value.constructor.name}`;
  return String(value);
}
