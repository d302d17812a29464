import { messageIds } from './header-scan.js';

export interface BounceFacts {
  originalMessageId: string | null;
  recipient: string | null;
  status: string | null;
  diagnostic: string;
}

/** The most of a report that is read; a bounce says its piece at the top. */
const MAX_REPORT = 300_000;
const MAX_DIAGNOSTIC = 500;

/** `action` of the first recipient block, for telling failures from delays and successes. */
export interface ReportFacts extends BounceFacts {
  action: string | null;
}

/**
 * What a bounce says, from its delivery-status part (RFC 3464) or, for servers that have none, from its words.
 * @param report the delivery-status part, '' without one
 * @param text everything readable in the mail
 * @param embedded the returned message or its header
 */
export function readBounce(report: string, text: string, embedded: string): ReportFacts {
  const status = report.slice(0, MAX_REPORT);
  const words = text.slice(0, MAX_REPORT);
  const original = embedded.slice(0, MAX_REPORT);
  return {
    action: field(status, 'action')?.toLowerCase() ?? null,
    originalMessageId: originalId(original) ?? originalId(words),
    recipient: recipientOf(status, words),
    status: statusOf(status, words),
    diagnostic: diagnosticOf(status, words),
  };
}

/** Permanent unless it says otherwise: a message that came back did not arrive. */
export function isHard(facts: ReportFacts): boolean {
  if (facts.action === 'delayed') return false;
  return !(facts.status ?? '').startsWith('4');
}

function field(report: string, name: string): string | null {
  const match = new RegExp(`^${name}[ \\t]*:[ \\t]*(.{0,2000}(?:\\r?\\n[ \\t].{0,500}){0,10})`, 'im').exec(report);
  const value = match?.[1]!.replace(/\s+/g, ' ').trim();
  return value ? value : null;
}

function originalId(text: string): string | null {
  const match = /^[> \t]{0,10}(?:x-original-)?message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]{1,995})/im.exec(text);
  return match ? (messageIds(match[1]!)[0] ?? null) : null;
}

function recipientOf(report: string, words: string): string | null {
  const named = field(report, 'original-recipient') ?? field(report, 'final-recipient');
  const address = /([^\s;<>"]{1,64}@[^\s;<>"]{1,255})/.exec(named ?? '')?.[1];
  if (address) return address.toLowerCase();
  const mentioned = /<([^\s<>@]{1,64}@[^\s<>]{1,255})>/.exec(words)?.[1];
  return mentioned?.toLowerCase().replace(/[:.,]+$/, '') ?? null;
}

function statusOf(report: string, words: string): string | null {
  const stated = /^([245]\.\d{1,3}\.\d{1,3})/.exec(field(report, 'status') ?? '')?.[1];
  if (stated) return stated;
  const enhanced = /(?:^|[\s(#])([45]\.\d{1,2}\.\d{1,3})(?=[\s),:;-]|$)/m.exec(words)?.[1];
  if (enhanced) return enhanced;
  const reply = /(?:^|[\s:(])([45])\d\d(?=[ -][A-Za-z<"#])/m.exec(words)?.[1];
  return reply ? `${reply}.0.0` : null;
}

function diagnosticOf(report: string, words: string): string {
  const stated = field(report, 'diagnostic-code')?.replace(/^\w+;\s*/, '');
  if (stated) return stated.slice(0, MAX_DIAGNOSTIC);
  const line = words
    .split('\n')
    .find((candidate) => /(?:^|[\s:(])[45]\d\d[ -]|[45]\.\d{1,2}\.\d{1,3}/.test(candidate.slice(0, 500)));
  const found = line ?? words.split('\n').find((candidate) => candidate.trim() !== '') ?? 'The mail came back.';
  return found.trim().slice(0, MAX_DIAGNOSTIC);
}
