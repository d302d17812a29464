import { type ChannelKind, type ContactPoint, DELIVERY_WORDS, type DeliveryReport, type MailFacts } from '#contracts';
import type { ReadyItem } from '../receipts/arrived-message.rules.js';

const CONTACTS: Record<ChannelKind, ContactPoint['kind']> = {
  email: 'email',
  sms: 'phone',
  messenger: 'messenger',
  webchat: 'webchat',
  custom: 'custom',
};

/** What stands in a conversation for something that could not be read at all: never nothing (channels.md 1.1). */
export function unreadItem(
  channel: { id: string; kind: ChannelKind },
  receipt: { id: string; sender: string },
  problem: string,
): ReadyItem {
  const kind = CONTACTS[channel.kind];
  return {
    dedupeKey: `${channel.id}:unread:${receipt.id}`,
    externalId: receipt.id,
    from: {
      kind,
      scope: kind === 'email' || kind === 'phone' ? '' : channel.id,
      address: receipt.sender || 'unknown',
      display: receipt.sender || 'unknown',
      name: null,
    },
    subject: null,
    text: '',
    html: null,
    attachments: [],
    automatic: false,
    channelTimestamp: null,
    parseProblem: problem,
  };
}

/** How much of a report is searched for its `Action:` field, in bytes. */
const REPORT_HEAD = 300_000;

/** RFC 3463: bad address (5.1.x), mailbox closed (5.2.1); a full mailbox or a filter's verdict may be other tomorrow. */
const NOT_THERE = /^5\.(?:1\.\d{1,3}|2\.1)$/;

/**
 * A bounce as a report about the mail of ours that it names. A hard one says it did not arrive; a soft one only when
 * the server has given up (`Action: failed`), not while it still tries.
 */
export function bounceReport(
  channel: { id: string; kind: ChannelKind },
  mail: MailFacts | undefined,
  raw: Buffer,
  at: Date,
): DeliveryReport | null {
  if (!mail?.bounce?.originalMessageId) return null;
  const gaveUp = () => /^action:[ \t]*failed/im.test(raw.subarray(0, REPORT_HEAD).toString('latin1'));
  if (mail.class !== 'bounce_hard' && !(mail.class === 'bounce_soft' && gaveUp())) return null;
  const { originalMessageId, recipient, status, diagnostic } = mail.bounce;
  const words = diagnostic || [recipient, status].filter(Boolean).join(' ');
  return {
    channelId: channel.id,
    channelKind: channel.kind,
    deliveryId: null,
    providerId: null,
    messageIdHeader: originalMessageId,
    state: 'failed',
    reason: [DELIVERY_WORDS.mail_came_back, words].filter(Boolean).join(': '),
    deadAddress: NOT_THERE.test(status ?? '') ? (recipient?.toLowerCase() ?? null) : null,
    at: at.toISOString(),
  };
}
