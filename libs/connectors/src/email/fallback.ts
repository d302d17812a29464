import { cleanText } from '#kernel';
import type { ArrivedItem, ChannelAccount, MailEnvelope } from '../connector.js';
import type { ParsedAddress } from './addresses.js';
import { flatten, isAddress, normaliseAddress, personName, scanAddresses } from './addresses.js';
import { readBounce } from './bounce.js';
import { decodeWords } from './encoded-words.js';
import { factsOf, isAutomaticClass } from './facts.js';
import type { ScannedMail } from './header-scan.js';
import { allFields, firstField, scanMail } from './header-scan.js';
import { mailKey } from './mail-key.js';

/**
 * The item for a mail that no parser could read: what its header says, and the original as a file. Uses nothing that
 * could fail on hostile bytes.
 */
export function unreadableItem(raw: Buffer, envelope: MailEnvelope, channel: ChannelAccount, why: string): ArrivedItem {
  const mail = scanMail(raw);
  const key = mailKey(raw);
  const subject = cleanText(decodeWords(firstField(mail, 'subject') ?? '')).slice(0, 1_000);
  const from = mailFrom(scannedAddresses(mail, 'from'), mail, envelope, key);
  const facts = factsOf({
    mail,
    envelope,
    channel,
    fromAddress: from.address,
    subject,
    text: '',
    partTypes: [],
    report: readBounce('', '', ''),
    to: scannedAddresses(mail, 'to'),
    cc: scannedAddresses(mail, 'cc'),
    replyTo: scannedAddresses(mail, 'reply-to'),
  });
  return {
    dedupeKey: `mail:${key}`,
    externalId: facts.messageId ?? key,
    from,
    subject: subject === '' ? null : subject,
    text: '',
    html: null,
    attachments: [{ name: 'original.eml', contentType: 'message/rfc822', content: raw }],
    automatic: isAutomaticClass(facts.class),
    channelTimestamp: envelope.internalDate
      ? new Date(Math.min(envelope.internalDate.getTime(), envelope.receivedAt.getTime())).toISOString()
      : null,
    parseProblem: `This mail could not be rendered (${cleanText(why).slice(0, 200)}); the original is attached.`,
    mail: facts,
  };
}

/**
 * Who a mail says it is from (security.md H4). Of several, the one that Sender names, else the first. Without any, the
 * envelope's sender; without that, an address of its own, so that two nameless strangers never become one customer.
 */
export function mailFrom(
  parsed: ParsedAddress[],
  mail: ScannedMail,
  envelope: MailEnvelope,
  key: string,
): ArrivedItem['from'] {
  // Of several From fields the first is the one that the receipt key and every checker of signatures reads.
  const given = allFields(mail, 'from').length > 1 || isGarbled(parsed) ? scannedAddresses(mail, 'from') : parsed;
  const candidates = flatten(given);
  const sender = flatten(scannedAddresses(mail, 'sender'))[0];
  const chosen = candidates.find((candidate) => candidate.address === sender?.address) ?? candidates[0] ?? sender;
  if (chosen) {
    const asItCame = given.find((entry) => normaliseAddress(entry.address ?? '') === chosen.address)?.address?.trim();
    return { ...contact(chosen.address, chosen.name === '' ? null : chosen.name), display: asItCame ?? chosen.address };
  }
  const returnPath = normaliseAddress(envelope.from ?? '');
  if (isAddress(returnPath)) return contact(returnPath, nameOnly(given));
  return {
    ...contact(`unknown-${key.slice(0, 16)}@invalid`, nameOnly(given)),
    display: nameOnly(given) ?? 'unknown sender',
  };
}

/** An encoded word with a bracket inside breaks address parsers: decode first, parse then. */
function isGarbled(parsed: ParsedAddress[]): boolean {
  return parsed.some((entry) => /=\?|\?=/.test(entry.name ?? ''));
}

function contact(address: string, name: string | null): ArrivedItem['from'] {
  return { kind: 'email', scope: '', address, display: address, name };
}

function nameOnly(given: ParsedAddress[]): string | null {
  return personName(given[0]?.name ?? '', '');
}

function scannedAddresses(mail: ScannedMail, field: string): ParsedAddress[] {
  return scanAddresses(firstField(mail, field) ?? '').map((entry) => ({
    ...entry,
    name: decodeWords(entry.name ?? ''),
  }));
}
