import { createHash } from 'node:crypto';
import { firstField, messageIds, scanMail } from './header-scan.js';

const LF = 0x0a;
const CR = 0x0d;

/**
 * The email key of domain.md 3.1: sha256 over Message-ID (if any), From, Date, Subject and body. The same mail in two
 * mailboxes has one key, the same Message-ID with other content two. What relays add (Received, other line endings,
 * a last blank line) changes nothing. Never throws.
 */
export function mailKey(raw: Buffer): string {
  const mail = scanMail(raw);
  const hash = createHash('sha256');
  const id = messageIds(firstField(mail, 'message-id'))[0] ?? '';
  for (const value of [id, ...['from', 'date', 'subject'].map((name) => firstField(mail, name) ?? '')]) {
    hash.update(value.replace(/\s+/g, ' ').trim());
    hash.update('\u0000');
  }
  hash.update(normaliseLines(hasEmptyLine(raw, mail.bodyStart) ? raw.subarray(mail.bodyStart) : raw));
  return hash.digest('hex');
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
