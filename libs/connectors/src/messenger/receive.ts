import { createHash } from 'node:crypto';
import type { DeliveryReport, DeliveryState } from '#contracts';
import { cleanText } from '#kernel';
import type { ArrivedFile, ArrivedItem, ChannelAccount, RawRequest, Received, WebhookReceiver } from '../connector.js';
import { malformed } from '../connector.js';
import { attachmentName } from '../file-names.js';
import { clampedStamp } from '../time.rules.js';
import type { MessengerAttachment, MessengerEvent, MessengerMessage } from './events.js';
import { list, METADATA_PREFIX, NOTICES, record, text } from './events.js';
import { queryOf, verifyMeta } from './verify.js';

const MEDIA_TYPES: Record<string, string> = { image: 'image/jpeg', audio: 'audio/mpeg', video: 'video/mp4' };

export const receive: WebhookReceiver = {
  verify: verifyMeta,

  /** Meta repeats a delivery byte by byte; a mid alone would take an edit for the message it edits. */
  receiptKey(request) {
    if (request.method === 'GET') return 'verification';
    if (parseBody(request) === null) throw malformed('Expected JSON {"object": …, "entry": […]}, as Meta posts it.');
    return createHash('sha256').update(request.rawBody).digest('hex');
  },

  receive(request, channel): Received {
    if (request.method === 'GET') {
      const body = queryOf(request).get('hub.challenge') ?? '';
      return { items: [], reports: [], response: { status: 200, contentType: 'text/plain; charset=utf-8', body } };
    }
    const received: Received = { items: [], reports: [] };
    for (const entry of list(parseBody(request)?.['entry'])) {
      const { messaging, standby, changes, ...rest } = record(entry);
      const events = [...list(messaging), ...list(standby), ...list(changes)];
      // An entry of a shape that we do not know is shown, not dropped.
      for (const event of events.length > 0 ? events : [rest]) readEvent(event, { request, channel }, received);
    }
    return received;
  },
};

interface EventContext {
  request: RawRequest;
  channel: ChannelAccount;
}

function parseBody(request: RawRequest): Record<string, unknown> | null {
  try {
    const body = record(JSON.parse(request.rawBody.toString('utf8')));
    return typeof body['object'] === 'string' && Array.isArray(body['entry']) ? body : null;
  } catch {
    return null;
  }
}

/** One bad event never takes the others of its batch with it. */
function readEvent(raw: unknown, context: EventContext, into: Received): void {
  try {
    const event = record(raw) as MessengerEvent;
    const reports = reportsOf(event, context);
    if (reports) into.reports.push(...reports);
    else into.items.push(itemOf(event, context));
  } catch (error) {
    into.items.push(unsupported(record(raw), context, error instanceof Error ? error.message : 'unreadable'));
  }
}

/** Null when the event is no report. */
function reportsOf(event: MessengerEvent, { request, channel }: EventContext): DeliveryReport[] | null {
  const report = (state: DeliveryState, providerId: string, deliveryId: string | null = null): DeliveryReport => ({
    channelId: channel.id,
    channelKind: 'messenger',
    deliveryId,
    providerId,
    messageIdHeader: null,
    state,
    reason: null,
    at: request.receivedAt.toISOString(),
  });
  const ids = (value: unknown) => list(value).map(text).filter(Boolean);
  if (event.delivery) return ids(record(event.delivery)['mids']).map((mid) => report('delivered', mid));
  if (event.read) {
    // A watermark without ids names no message; the delivery reports before it said enough.
    const read = record(event.read);
    return [...ids(read['mids']), ...ids([read['mid']])].map((mid) => report('read', mid));
  }
  const message = record(event.message) as MessengerMessage;
  if (message.is_echo !== true) return null;
  // What our side wrote, here or in Meta's own inbox: never a customer's message.
  const metadata = text(message.metadata);
  const ours = metadata.startsWith(METADATA_PREFIX) ? metadata.slice(METADATA_PREFIX.length) : null;
  const mid = text(message.mid);
  return mid === '' ? [] : [report('sent', mid, ours)];
}

function itemOf(event: MessengerEvent, context: EventContext): ArrivedItem {
  if (event.message) return messageItem(event, record(event.message) as MessengerMessage, context);
  if (event.message_edit) {
    const edit = record(event.message_edit);
    const id = `${text(edit['mid'])}:edit:${text(edit['num_edit']) || text(event.timestamp)}`;
    return item(event, context, { id, words: `Edited: ${text(edit['text'])}`, automatic: true });
  }
  if (event.postback) {
    const postback = record(event.postback);
    const words = text(postback['title']) || text(postback['payload']);
    return item(event, context, { id: text(postback['mid']) || fingerprint(event), words, automatic: false });
  }
  if (event.reaction) {
    const reaction = record(event.reaction);
    const sign = text(reaction['emoji']) || text(reaction['reaction']);
    const words = reaction['action'] === 'unreact' ? 'Took back a reaction' : `Reacted with ${sign}`;
    return item(event, context, { id: fingerprint(event), words, automatic: true });
  }
  return unsupported(event, context, null);
}

function messageItem(event: MessengerEvent, message: MessengerMessage, context: EventContext): ArrivedItem {
  const mid = text(message.mid);
  if (message.is_deleted === true) {
    return item(event, context, {
      id: `${mid || fingerprint(event)}:deleted`,
      words: 'Took back a message',
      automatic: true,
    });
  }
  const attachments = list(message.attachments).map((entry) => record(entry) as MessengerAttachment);
  const words = [text(message.text), ...attachments.map(attachmentWords)].filter(Boolean).join('\n');
  const files = attachments.flatMap(attachmentFile);
  if (words === '' && files.length === 0) return unsupported(event, context, null);
  return { ...item(event, context, { id: mid || fingerprint(event), words, automatic: false }), attachments: files };
}

/** Places, shared posts and templates are shown as words. */
function attachmentWords(attachment: MessengerAttachment): string {
  const payload = record(attachment.payload);
  const point = record(payload['coordinates']);
  const title = text(attachment.title) || text(payload['title']);
  if (attachment.type === 'location')
    return `📍 ${title} ${text(point['lat'])}, ${text(point['long'])}`.replace(/\s+/g, ' ');
  if (isFile(attachment)) return '';
  const url = text(payload['url']) || text(attachment.url);
  return [`[${text(attachment.type) || 'attachment'}]`, title, url].filter(Boolean).join(' ');
}

function attachmentFile(attachment: MessengerAttachment, index: number): ArrivedFile[] {
  if (!isFile(attachment)) return [];
  const url = text(record(attachment.payload)['url']);
  const type = MEDIA_TYPES[text(attachment.type)] ?? 'application/octet-stream';
  const named = URL.canParse(url) ? decodeURI(new URL(url).pathname.split('/').at(-1) ?? '') : '';
  return [{ name: attachmentName(/\.\w{2,5}$/.test(named) ? named : null, type, index + 1), contentType: type, url }];
}

function isFile(attachment: MessengerAttachment): boolean {
  return (
    ['image', 'audio', 'video', 'file'].includes(text(attachment.type)) &&
    text(record(attachment.payload)['url']) !== ''
  );
}

function item(
  event: MessengerEvent,
  { request, channel }: EventContext,
  { id, words, automatic }: { id: string; words: string; automatic: boolean },
): ArrivedItem {
  const sender = text(record(event.sender)['id']);
  const address = sender === '' ? `unknown-${fingerprint(event).slice(0, 16)}` : sender;
  return {
    dedupeKey: `${channel.id}:${id}`,
    externalId: id,
    from: { kind: 'messenger', scope: channel.id, address, display: address, name: null },
    subject: null,
    text: cleanText(words),
    html: null,
    attachments: [],
    automatic,
    channelTimestamp: clampedStamp(event.timestamp, request.receivedAt),
  };
}

/** Visible, whatever it is: the type's name is all we understand of it. */
function unsupported(event: Record<string, unknown>, context: EventContext, why: string | null): ArrivedItem {
  const type = Object.keys(event).find((name) => !['sender', 'recipient', 'timestamp', 'id', 'time'].includes(name));
  const about = type ?? 'nothing known';
  const from = record(record(event['value'])['from'])['id'];
  const withSender = event['sender'] === undefined && from !== undefined ? { ...event, sender: { id: from } } : event;
  return {
    ...item(withSender, context, {
      id: text(record(event['message'])['mid']) || fingerprint(event),
      words: `Unsupported message (${about})`,
      automatic: NOTICES.has(about),
    }),
    parseProblem: `This kind of message (${about}) cannot be shown yet${why ? `: ${why}` : ''}; the original is kept.`,
  };
}

function fingerprint(event: Record<string, unknown>): string {
  return createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 32);
}
