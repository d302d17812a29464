import { createHash } from 'node:crypto';
import { type HeaderField, messageIds, scanMail } from './header-scan.js';

const LF = 0x0a;
const CR = 0x0d;

/** What a mail collects on its way: two copies that differ only in these are one mail that came by two roads. */
const BY_RELAYS =
  /^(received|received-spf|return-path|delivered-to|envelope-to|delivery-date|authentication-results|arc-.+|dkim-signature|domainkey-signature|list-.+|precedence|errors-to|status|lines|content-length|x-.+)$/;

/**
 * The email key of domain.md 3.1: sha256 over Message-ID (if any), From, Date, Subject and body, and over whatever else
 * its writer's side put into the header: mails that differ there are two, since a customer's mail must never be taken
 * for another one. The same mail in two mailboxes has one key, the same Message-ID with other content two. What relays
 * add and other line endings change nothing. Never throws.
 */
export function mailKey(raw: Buffer): string {
  const mail = scanMail(raw);
  const hash = createHash('sha256');
  for (const field of mail.fields) {
    const value = valueOf(field);
    if (value !== null) hash.update(`${field.written}:${value}\u0000`);
  }
  hash.update(normaliseLines(hasEmptyLine(raw, mail.bodyStart) ? raw.subarray(mail.bodyStart) : raw));
  return hash.digest('hex');
}

/** Null for what does not count: a relay's word, and an id that is none (`<>`). */
function valueOf({ name, value }: HeaderField): string | null {
  if (BY_RELAYS.test(name)) return null;
  if (name === 'message-id') return messageIds(value)[0] ?? null;
  return value.replace(/\s+/g, ' ').trim();
}

/** Without one nothing says where the header ends: somebody's words may stand in it, so all of it counts. */
function hasEmptyLine(raw: Buffer, bodyStart: number): boolean {
  return bodyStart < raw.length || /\n\r?\n$/.test(raw.toString('latin1', Math.max(0, raw.length - 3)));
}

/** CRLF and lone CR become LF; line ends at the end go. Byte by byte: bodies are up to 40 MB and often hostile. */
function normaliseLines(body: Buffer): Buffer {
  const out = Buffer.allocUnsafe(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!;
    if (byte === CR) {
      if (body[at + 1] === LF) at++;
      out[length++] = LF;
    } else out[length++] = byte;
  }
  while (length > 0 && out[length - 1] === LF) length--;
  return out.subarray(0, length);
}
