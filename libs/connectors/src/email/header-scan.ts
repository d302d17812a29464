/** Header fields read off the bytes, without a parser: for the receipt key, for classes, and when parsing fails. */
export interface ScannedMail {
  /** In order, top first; names in lower case, values unfolded, still encoded. */
  fields: HeaderField[];
  /** Offset of the body in the raw bytes. */
  bodyStart: number;
}

export interface HeaderField {
  name: string;
  /** The name in the letters it was written with. */
  written: string;
  value: string;
}

/** More header than this is an attack; the rest is body to us. */
const MAX_HEADER_BYTES = 1_000_000;
const MAX_FIELDS = 2_000;
const LF = 0x0a;
const CR = 0x0d;

/** Never throws, whatever the bytes; time is linear. */
export function scanMail(raw: Buffer): ScannedMail {
  const start = skipPreamble(raw);
  const bodyStart = findBody(raw, start);
  const text = decodeBytes(raw.subarray(start, Math.min(bodyStart, start + MAX_HEADER_BYTES)));
  const fields: HeaderField[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last) last.value += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1 || fields.length === MAX_FIELDS) continue;
    const written = line.slice(0, colon).trim();
    if (!/^[\x21-\x7e]+$/.test(written)) continue;
    fields.push({ name: written.toLowerCase(), written, value: line.slice(colon + 1).trim() });
  }
  return { fields, bodyStart };
}

export function firstField(mail: ScannedMail, name: string): string | null {
  return mail.fields.find((field) => field.name === name)?.value ?? null;
}

export function allFields(mail: ScannedMail, name: string): string[] {
  return mail.fields.filter((field) => field.name === name).map((field) => field.value);
}

/** Ids in angle brackets; an id without them is taken as the whole value. `<>` and blanks are no ids. */
export function messageIds(value: string | null): string[] {
  if (value === null) return [];
  const found = value.match(/<[^<>\s]{1,990}>/g);
  if (found) return found;
  // Obsolete syntax: spaces and comments between the parts of an id.
  const spaced = /^<[^<>]{1,990}>$/.exec(value.trim())?.[0].replace(/\s+/g, '');
  if (spaced && spaced.length > 2) return [spaced];
  const bare = value.replace(/[<>]/g, '').trim();
  return bare !== '' && !/\s/.test(bare) && bare.length < 990 ? [`<${bare}>`] : [];
}

/** UTF-8 where it is, else Windows-1252, in which every byte means something. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Blank lines and an mbox "From " line before the header. */
function skipPreamble(raw: Buffer): number {
  let start = 0;
  while (start < raw.length && (raw[start] === CR || raw[start] === LF)) start++;
  if (raw.toString('latin1', start, start + 5) !== 'From ') return start;
  const end = raw.indexOf(LF, start);
  return end < 0 ? start : end + 1;
}

/** Behind the first empty line, with any mixture of line endings. */
function findBody(raw: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const lf = raw.indexOf(LF, at);
    if (lf < 0) return raw.length;
    const next = raw[lf + 1];
    if (next === LF) return lf + 2;
    if (next === CR && raw[lf + 2] === LF) return lf + 3;
    at = lf + 1;
  }
}
