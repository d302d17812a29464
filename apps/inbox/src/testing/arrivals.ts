import type { ArrivedMessage, MailFacts } from '#contracts';
import { idFrom } from '#kernel';

export const CHANNELS = {
  email: idFrom('channel', 'email'),
  otherEmail: idFrom('channel', 'other email'),
  sms: idFrom('channel', 'sms'),
  webchat: idFrom('channel', 'webchat'),
  custom: idFrom('channel', 'custom'),
};

let made = 0;

/** An SMS from `phone` unless told otherwise. Each call is another message. */
export function sms(phone: string, text = 'Hello', more: Partial<ArrivedMessage> = {}): ArrivedMessage {
  const n = ++made;
  return {
    receiptId: idFrom('receipt', String(n)),
    channelId: CHANNELS.sms,
    channelKind: 'sms',
    slaKind: 'sms',
    channelAddress: '+15550000001',
    channelName: 'Text line',
    channelTeamIds: [],
    dedupeKey: `${CHANNELS.sms}:SM${n}`,
    externalId: `SM${n}`,
    from: { kind: 'phone', scope: '', address: phone, display: phone, name: null },
    subject: null,
    text,
    html: null,
    attachments: [],
    automatic: false,
    channelTimestamp: null,
    receivedAt: '2026-11-20T09:00:00.000Z',
    ...more,
  };
}

/** A mail from `address` with its own Message-ID and no authentication result unless told otherwise. */
export function mail(
  address: string,
  text = 'Hello',
  more: Partial<Omit<ArrivedMessage, 'mail'>> & { mail?: Partial<MailFacts> } = {},
): ArrivedMessage {
  const n = ++made;
  const { mail: facts, ...rest } = more;
  return {
    ...sms(address, text),
    channelId: CHANNELS.email,
    channelKind: 'email',
    slaKind: 'email',
    channelAddress: 'help@shop.test',
    channelName: 'Help',
    dedupeKey: `mail:${n}`,
    externalId: `<${n}@customer.test>`,
    from: { kind: 'email', scope: '', address: address.toLowerCase(), display: address, name: null },
    subject: 'A question',
    ...rest,
    mail: {
      class: 'human',
      messageId: `<${n}@customer.test>`,
      inReplyTo: null,
      references: [],
      tokens: [],
      to: [{ address: 'help@shop.test', name: '' }],
      cc: [],
      replyTo: null,
      authentication: 'none',
      ...facts,
    },
  };
}

/** A message by the custom channel. */
export function form(sender: string, text = 'Hello', more: Partial<ArrivedMessage> = {}): ArrivedMessage {
  const n = ++made;
  return {
    ...sms(sender, text),
    channelId: CHANNELS.custom,
    channelKind: 'custom',
    slaKind: 'social',
    channelAddress: '',
    channelName: 'Form',
    dedupeKey: `${CHANNELS.custom}:form-${n}`,
    externalId: `form-${n}`,
    from: { kind: 'custom', scope: CHANNELS.custom, address: sender, display: sender, name: null },
    ...more,
  };
}
