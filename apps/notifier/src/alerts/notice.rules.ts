import { LANGUAGES, type Language } from '#contracts';
import { truncate } from '#kernel';
import { type AlertItem, CHANNEL_NAMES, conversationLink, customerName, durationWords, lateMs } from './alert.rules.js';
import { NOTICE_WORDS } from './notice-words.rules.js';

/** Alerts that one mail, text or call tells of at once. */
export const AT_ONCE = { email: 200, sms: 8, webhook: 100 } as const;
/** Between two messages to one recipient: what breaks meanwhile goes into the second. */
export const QUIET_MS = 10_000;
/** Seconds between attempts; the last one repeats until a day has passed. */
export const NOTICE_BACKOFF_SECONDS = [5, 15, 60, 300, 900, 3_600];
export const NOTICE_GIVE_UP_MS = 24 * 3_600_000;
export const NOTICE_LEASE_MS = 60_000;

export interface Reader {
  language: string | null;
  timeZone: string | null;
}

interface Options {
  publicUrl: string;
  now: Date;
  reader: Reader;
}

/** A mail in plain text: nothing a customer wrote can become markup. */
export function mailNotice(items: AlertItem[], options: Options): { subject: string; text: string } {
  const lines = items.map((item) => [lineOf(item, options), linkOf(item, options)].join('\n  '));
  const whys = [...new Set(items.flatMap((item) => item.why ?? []))];
  return { subject: headline(items, options), text: [...lines, ...whys].join('\n\n') };
}

/** A text message: one line a customer. */
export function textNotice(items: AlertItem[], options: Options): string {
  if (items.length === 1) return `${lineOf(items[0]!, options)} ${linkOf(items[0]!, options)}`;
  const lines = items.map((item) => `${truncate(customerName(item.facts), 60)} ${linkOf(item, options)}`);
  return [headline(items, options), ...lines].join('\n');
}

/** What programs get. Ids let a receiver drop repeats. */
export function webhookNotice(items: (AlertItem & { id: string })[], options: Omit<Options, 'reader'>) {
  return {
    event: 'sla.alert',
    alerts: items.map(({ id, facts, why }) => ({
      id,
      level: facts.level,
      breached: facts.breached,
      customer: { id: facts.customerId, displayName: facts.customerName },
      conversationId: facts.conversationId,
      link: conversationLink(options.publicUrl, facts.conversationId),
      channelKind: facts.channelKind,
      targetSeconds: facts.targetSeconds,
      openedAt: facts.openedAt,
      dueAt: facts.dueAt,
      firedAt: facts.firedAt,
      assigneeId: facts.assigneeId,
      teamId: facts.teamId,
      why,
    })),
  };
}

function headline(items: AlertItem[], { reader, now }: Options): string {
  const words = wordsOf(reader);
  if (items.length > 1) return words.many(String(items.length));
  const item = items[0]!;
  const name = truncate(customerName(item.facts), 120);
  return lateMs(item, now) === null ? words.soon(name) : words.late(name);
}

function lineOf(item: AlertItem, { reader, now }: Options): string {
  const words = wordsOf(reader);
  const late = lateMs(item, now);
  const name = customerName(item.facts);
  const facts = [
    CHANNEL_NAMES[item.facts.channelKind] ?? item.facts.channelKind,
    words.due(localTime(item.facts.dueAt, reader)),
    ...(late === null ? [] : [words.overdue(durationWords(late))]),
    words.owner(item.ownerName ?? item.teamName ?? words.nobody),
  ];
  return `${late === null ? words.soon(name) : words.late(name)} (${facts.join(', ')})`;
}

function linkOf(item: AlertItem, { publicUrl }: Options): string {
  return conversationLink(publicUrl, item.facts.conversationId);
}

function wordsOf({ language }: Reader) {
  const known: Language = LANGUAGES.find((code) => code === language) ?? 'en';
  return NOTICE_WORDS[known];
}

/** In the reader's language and zone, with the zone named; UTC for a destination that is no person. */
function localTime(instant: string, { language, timeZone }: Reader): string {
  const options: Intl.DateTimeFormatOptions = {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  };
  try {
    return new Intl.DateTimeFormat(language ?? 'en', { ...options, timeZone: timeZone ?? 'UTC' }).format(
      new Date(instant),
    );
  } catch {
    return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' }).format(new Date(instant)); // an unknown zone
  }
}
