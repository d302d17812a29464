import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelAccount, RawRequest } from '../connector.js';
import { receive } from './receive.js';
import { formOf, one } from './verify.js';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8').trim();
const channel: ChannelAccount = {
  id: 'ch_sms',
  kind: 'sms',
  name: 'Texts',
  address: '+15005550001',
  config: { phoneNumber: '+15005550001', accountSid: 'AC1' },
  secrets: [{ authToken: 't' }],
};
const request = (body: string, originalUrl = '/webhooks/sms/ch_sms'): RawRequest => ({
  method: 'POST',
  originalUrl,
  headers: {},
  rawBody: Buffer.from(body),
  receivedAt: new Date('2026-11-20T10:00:00.000Z'),
  publicUrl: 'https://kairos.example',
});
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

describe('a text message', () => {
  it('comes as one item, with its pictures to fetch', () => {
    const { items, reports, response } = receive.receive(request(fixture('inbound-mms.form')), channel);
    expect(reports).toEqual([]);
    expect(response).toEqual({ status: 200, contentType: 'text/xml', body: '<Response/>' });
    expect(items).toEqual([
      {
        dedupeKey: 'ch_sms:MM00000000000000000000000000000001',
        externalId: 'MM00000000000000000000000000000001',
        from: { kind: 'phone', scope: '', address: '+306900000001', display: '+306900000001', name: null },
        subject: null,
        text: 'Η κούπα έσπασε 😢',
        html: null,
        attachments: [
          {
            name: 'attachment-1.jpg',
            contentType: 'image/jpeg',
            url: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1',
          },
        ],
        automatic: false,
        channelTimestamp: null,
      },
    ]);
  });

  it.each(['262966', 'PIZZA', '+1 (555) 123-4567'])('keeps the sender %s, joined up when it is a number', (from) => {
    const [item] = receive.receive(request(form({ MessageSid: 'SM1', From: from, Body: 'hi' })), channel).items;
    expect(item!.from).toMatchObject({ address: from.startsWith('+') ? '+15551234567' : from, display: from });
  });

  it.each([
    ['STOP', true],
    [' stop ', true],
    ['ΣΤΟΠ', true],
    ['لغو', true],
    ['ΔΙΑΓΡΑΦΉ', true],
    ['Leiratkozas', true],
    ['Stop sending me the wrong size', false],
    ['yes', false],
  ])('%j is consent: %s', (body, automatic) => {
    expect(
      receive.receive(request(form({ MessageSid: 'SM1', From: '+1', Body: body })), channel).items[0]!.automatic,
    ).toBe(automatic);
  });

  it('has nothing but the parameters that came, whatever their names', () => {
    const odd = formOf(request('__proto__=a&__proto__=b&toString=c'));
    expect(Object.entries(odd)).toEqual([
      ['__proto__', ['a', 'b']],
      ['toString', 'c'],
    ]);
    expect(one(odd, 'constructor')).toBe('');
  });

  it('without a sender, without a body, with a NUL: visible all the same', () => {
    const [item] = receive.receive(request('MessageSid=SM1&Body=a%00b'), channel).items;
    expect(item).toMatchObject({
      text: 'ab',
      from: { address: 'unknown-SM1' },
      parseProblem: expect.stringContaining('no sender') as string,
    });
  });

  it('is known by its sid; what has none is malformed', () => {
    expect(receive.receiptKey(request(form({ MessageSid: 'SM1', From: '+1' })))).toBe('message:SM1');
    expect(receive.receiptKey(request(form({ SmsSid: 'SM2' })))).toBe('message:SM2');
    for (const body of ['', '{"a":1}', 'a=b', '%%%', '\u0000']) {
      expect(() => receive.receiptKey(request(body))).toThrow(expect.objectContaining({ code: 'malformed' }) as Error);
    }
  });
});

describe('a delivery status', () => {
  const status = (fields: Record<string, string>) =>
    receive.receive(
      request(form({ MessageSid: 'SM9', ...fields }), '/webhooks/sms/ch_sms/status?d=delivery-1'),
      channel,
    );

  it.each([
    ['accepted', 'queued'],
    ['queued', 'queued'],
    ['sending', 'sending'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['undelivered', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
    ['read', 'read'],
  ])('%s is %s', (word, state) => {
    expect(status({ MessageStatus: word })).toMatchObject({
      items: [],
      reports: [
        { channelId: 'ch_sms', deliveryId: 'delivery-1', providerId: 'SM9', state, at: '2026-11-20T10:00:00.000Z' },
      ],
    });
  });

  it('says in words why it failed', () => {
    expect(status({ MessageStatus: 'undelivered', ErrorCode: '30005' }).reports[0]!.reason).toMatch(
      /unknown to the carrier.*30005/,
    );
    expect(status({ MessageStatus: 'failed', ErrorCode: '99999' }).reports[0]!.reason).toMatch(/error 99999/);
    expect(status({ MessageStatus: 'delivered' }).reports[0]!.reason).toBeNull();
  });

  it('of a kind that we do not know changes nothing', () => {
    expect(status({ MessageStatus: 'teleported' })).toEqual({ items: [], reports: [] });
  });

  it('each state of a message is a delivery of its own', () => {
    const keys = ['sent', 'delivered', 'sent'].map((word) =>
      receive.receiptKey(request(form({ MessageSid: 'SM9', MessageStatus: word }))),
    );
    expect(keys).toEqual(['status:SM9:sent', 'status:SM9:delivered', 'status:SM9:sent']);
  });
});
