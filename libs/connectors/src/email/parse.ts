import { simpleParser } from 'mailparser';
import type { Attachment, ParsedMail } from 'mailparser';
import { htmlToText, sniffType } from '#content';
import { cleanText } from '#kernel';
import type { ArrivedItem, ChannelAccount, InlineFile, MailEnvelope } from '../connector.js';
import { attachmentName } from '../file-names.js';
import type { ParsedAddress } from './addresses.js';
import { readBounce } from './bounce.js';
import type { ReportFacts } from './bounce.js';
import { decodeWords } from './encoded-words.js';
import { mailFrom, unreadableItem } from './fallback.js';
import { factsOf, isAutomaticClass } from './facts.js';
import type { ScannedMail } from './header-scan.js';
import { allFields, decodeBytes, scanMail } from './header-scan.js';
import { mailKey } from './mail-key.js';

/** Longer than the pool's own limit, which also ends what blocks the thread; this one is for parsers that never end. */
const PARSE_LIMIT_MS = 45_000;
/** What people wrote stays; a text beyond this is a log that belongs into an attachment (the original has it all). */
const MAX_TEXT = 1_000_000;
const MAX_HTML = 5_000_000;

/** One mail, one item: what cannot be read comes as its header with the original attached. Never rejects. */
export async function parseMail(raw: Buffer, envelope: MailEnvelope, channel: ChannelAccount): Promise<ArrivedItem> {
  const key = mailKey(raw);
  try {
    const parsed = await withinLimit(
      simpleParser(raw, {
        keepCidLinks: true,
        // Without it the fields of a bounce are mixed into its text (channels.md 4.5).
        keepDeliveryStatus: true,
        // Its HTML-to-text throws on deep nesting after seconds; ours is one pass.
        skipHtmlToText: true,
        skipImageLinks: true,
      } as Parameters<typeof simpleParser>[1]),
    );
    return toItem(parsed, scanMail(raw), { raw, envelope, channel, key });
  } catch (error) {
    return unreadableItem(raw, envelope, channel, reasonOf(error));
  }
}

interface MailContext {
  raw: Buffer;
  envelope: MailEnvelope;
  channel: ChannelAccount;
  key: string;
}

function toItem(parsed: ParsedMail, mail: ScannedMail, context: MailContext): ArrivedItem {
  const { envelope, channel, key } = context;
  const body = bodyOf(parsed);
  const html = body.html.trim() === '' ? null : cleanText(body.html.slice(0, MAX_HTML));
  const text = cleanText(bestText(body.text, html).slice(0, MAX_TEXT));
  const subject = subjectOf(parsed, mail);
  const from = mailFrom(addressesOf(parsed.from), mail, envelope, key);
  const partTypes = parsed.attachments.map(typeOf);
  const facts = factsOf({
    mail,
    envelope,
    channel,
    fromAddress: from.address,
    subject,
    // Broken boundaries hide the text from the parser, not from the rules.
    text: text === '' ? rawBody(context.raw) : text,
    partTypes,
    report: reportOf(parsed.attachments, text, context),
    to: addressesOf(parsed.to),
    cc: addressesOf(parsed.cc),
    replyTo: addressesOf(parsed.replyTo),
  });
  return {
    dedupeKey: `mail:${key}`,
    externalId: facts.messageId ?? key,
    from,
    subject: subject === '' ? null : subject,
    text,
    html,
    attachments: filesOf(body.attachments),
    automatic: isAutomaticClass(facts.class),
    channelTimestamp: trustedStamp(envelope),
    mail: facts,
  };
}

/**
 * Of several subjects the first, as in the receipt key. Encoded words by our own reading, which mends what senders cut
 * in half; raw bytes of an unnamed charset by the parser's, which marks them as lost rather than guess.
 */
function subjectOf(parsed: ParsedMail, mail: ScannedMail): string {
  const given = allFields(mail, 'subject');
  const own = decodeWords(given[0] ?? '');
  const mended = given.length > 1 || (own !== given[0] && !/=\?|\ufffd/.test(own));
  return cleanText(mended ? own : (parsed.subject ?? ''))
    .replace(/\s+/g, ' ')
    .trim();
}

/** A mail whose only text hides in a nameless attachment (a disposition nobody knows) is that text. */
function bodyOf(parsed: ParsedMail): { text: string; html: string; attachments: Attachment[] } {
  const text = parsed.text ?? '';
  const html = typeof parsed.html === 'string' ? parsed.html : '';
  const [only] = parsed.attachments;
  const hidden = text.trim() === '' && html.trim() === '' && parsed.attachments.length === 1 && !only!.filename;
  if (hidden && typeOf(only!) === 'text/html') return { text: '', html: decodeBytes(only!.content), attachments: [] };
  if (hidden && typeOf(only!) === 'text/plain') return { text: decodeBytes(only!.content), html: '', attachments: [] };
  return { text, html, attachments: parsed.attachments };
}

/** mailparser hands broken headers on as they are: its content type need not be a string. */
function typeOf(part: Attachment): string {
  const type: unknown = part.contentType;
  return typeof type === 'string' ? type.toLowerCase() : '';
}

/** mailparser leaves the text of HTML-only mails to us, and of mails whose text part is a stub ("see the HTML"). */
function bestText(text: string, html: string | null): string {
  const plain = text.trim();
  if (html === null) return plain;
  const words = htmlToText(html);
  return plain === '' || words.length > plain.length * 3 + 200 ? words : plain;
}

function addressesOf(value: ParsedMail['from'] | ParsedMail['to']): ParsedAddress[] {
  const objects = value === undefined ? [] : Array.isArray(value) ? value : [value];
  return objects.flatMap((object) => (object?.value ?? []) as ParsedAddress[]);
}

function reportOf(attachments: Attachment[], text: string, { raw }: MailContext): ReportFacts {
  const contents = (types: RegExp) =>
    attachments
      .filter((part) => types.test(typeOf(part)))
      .map((part) => part.content.toString('latin1'))
      .join('\n');
  const status = contents(/^message\/(global-)?delivery-status/i);
  const returned = contents(/^(message\/(rfc822|global)|text\/rfc822-headers)/i);
  // Servers without such parts paste what came back into the text.
  const body = rawBody(raw);
  return readBounce(status !== '' ? status : body, text, `${returned}\n${body}`);
}

function rawBody(raw: Buffer): string {
  return raw.subarray(scanMail(raw).bodyStart).toString('latin1', 0, 300_000);
}

function filesOf(attachments: Attachment[]): InlineFile[] {
  const files: InlineFile[] = [];
  const invitations = new Map<string, InlineFile>();
  for (const part of attachments) {
    const contentType = sniffType(part.content, typeOf(part));
    const name = attachmentName(part.filename, contentType, files.length + 1);
    const file = { name, contentType, content: part.content, ...(part.cid ? { cid: part.cid } : {}) };
    // An invitation comes as a part and again as a file: one is enough, under the file's name.
    const uid = contentType === 'text/calendar' ? uidOf(part.content) : null;
    const known = uid === null ? undefined : invitations.get(uid);
    if (known) {
      if (part.filename) known.name = name;
      continue;
    }
    if (uid !== null) invitations.set(uid, file);
    files.push(file);
  }
  return files;
}

function uidOf(calendar: Buffer): string | null {
  return /^UID:(.{1,300})$/m.exec(calendar.toString('latin1', 0, 20_000))?.[1]?.trim() ?? null;
}

/** IMAP's INTERNALDATE, never `Date:`; what comes by SMTP is stamped by our receipt. Clamped to it (domain.md 2.1). */
function trustedStamp(envelope: MailEnvelope): string | null {
  const stamp = envelope.internalDate;
  if (!stamp || Number.isNaN(stamp.getTime())) return null;
  return new Date(Math.min(stamp.getTime(), envelope.receivedAt.getTime())).toISOString();
}

async function withinLimit<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it took too long')), PARSE_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
