import type { DeliveryReport, DeliveryState } from '#contracts';
import { isConsentWord } from '#content';
import { cleanText } from '#kernel';
import type { ArrivedFile, ArrivedItem, ChannelAccount, RawRequest, Received, WebhookReceiver } from '../connector.js';
import { malformed } from '../connector.js';
import { attachmentName } from '../file-names.js';
import { compact } from './description.js';
import { wordsFor } from './errors.js';
import type { Form } from './verify.js';
import { formOf, one, verifyTwilio } from './verify.js';

const STATES: Record<string, DeliveryState> = {
  accepted: 'queued',
  scheduled: 'queued',
  queued: 'queued',
  sending: 'sending',
  sent: 'sent',
  delivered: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
  read: 'read',
};
const MAX_MEDIA = 10;

export const receive: WebhookReceiver = {
  verify: verifyTwilio,

  receiptKey(request) {
    const form = formOf(request);
    const sid = messageSid(form);
    if (sid === '') throw malformed('Expected a form with MessageSid, as Twilio posts it.');
    const status = statusOf(form, request);
    return status === null ? `message:${sid}` : `status:${sid}:${status}`;
  },

  receive(request, channel): Received {
    const form = formOf(request);
    const status = statusOf(form, request);
    if (status !== null) return { items: [], reports: report(form, status, request, channel) };
    return {
      items: [item(form, channel)],
      reports: [],
      // No words in it: replies go by REST, so that each has a trail of states.
      response: { status: 200, contentType: 'text/xml', body: '<Response/>' },
    };
  },
};

function messageSid(form: Form): string {
  return one(form, 'MessageSid') || one(form, 'SmsSid');
}

/** A status callback names MessageStatus; an incoming message has only SmsStatus=received. */
function statusOf(form: Form, request: RawRequest): string | null {
  const atStatus = request.originalUrl.split(/[?#]/)[0]!.endsWith('/status');
  const status = one(form, 'MessageStatus') || (atStatus ? one(form, 'SmsStatus') || 'unknown' : '');
  return status === '' || status === 'received' || status === 'receiving' ? null : status;
}

function report(form: Form, status: string, request: RawRequest, channel: ChannelAccount): DeliveryReport[] {
  const state = STATES[status];
  if (!state) return [];
  const code = one(form, 'ErrorCode') || null;
  const query = new URLSearchParams(request.originalUrl.split('#')[0]!.split('?')[1] ?? '');
  return [
    {
      channelId: channel.id,
      channelKind: 'sms',
      deliveryId: query.get('d'),
      providerId: messageSid(form),
      messageIdHeader: null,
      state,
      reason: state === 'failed' ? wordsFor(code, one(form, 'ErrorMessage') || null) : null,
      at: request.receivedAt.toISOString(),
    },
  ];
}

function item(form: Form, channel: ChannelAccount): ArrivedItem {
  const sid = messageSid(form);
  const display = cleanText(one(form, 'From')).trim();
  // Short codes and alphanumeric senders stay as they are: normalising makes other people's numbers of them.
  const sender = display.replace(/^whatsapp:/i, '');
  const address = /^\+[\d\s().-]+$/.test(sender) ? compact(sender) : sender;
  const text = cleanText(one(form, 'Body'));
  const name = cleanText(one(form, 'ProfileName')).trim().slice(0, 200);
  return {
    dedupeKey: `${channel.id}:${sid}`,
    externalId: sid,
    from: {
      kind: 'phone',
      scope: '',
      address: address === '' ? `unknown-${sid}` : address,
      display: sender === '' ? 'withheld number' : sender,
      name: name === '' ? null : name,
    },
    subject: null,
    text,
    html: null,
    attachments: media(form),
    automatic: one(form, 'OptOutType') !== '' || isConsentWord(text),
    // Twilio says nothing about when the phone sent it: the receipt is the stamp.
    channelTimestamp: null,
    ...(address === '' ? { parseProblem: 'Twilio named no sender; this text cannot be answered.' } : {}),
  };
}

function media(form: Form): ArrivedFile[] {
  const count = Math.min(Number.parseInt(one(form, 'NumMedia'), 10) || 0, MAX_MEDIA);
  const files: ArrivedFile[] = [];
  for (let index = 0; index < count; index++) {
    const url = one(form, `MediaUrl${index}`);
    const contentType = one(form, `MediaContentType${index}`) || 'application/octet-stream';
    if (url !== '') files.push({ name: attachmentName(null, contentType, index + 1), contentType, url });
  }
  return files;
}
