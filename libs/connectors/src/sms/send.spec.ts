import { DELIVERY_WORDS, type OutboundReply } from '#contracts';
import type { ChannelAccount, ChannelError, SendContext } from '../connector.js';
import type { FarEnd } from '../far-end.js';
import { openFarEnd } from '../far-end.js';
import { media } from './media.js';
import { send } from './send.js';

const channel: ChannelAccount = {
  id: 'ch_sms',
  kind: 'sms',
  name: 'Texts',
  address: '+15005550001',
  config: { phoneNumber: '+15005550001', accountSid: 'AC1', publicUrl: 'https://sms.shop.test/' },
  secrets: [{ authToken: 'marker-new' }, { authToken: 'marker-old' }],
};
const reply: OutboundReply = {
  deliveryId: 'd 1',
  messageId: 'm1',
  conversationId: 'c1',
  channelId: 'ch_sms',
  channelKind: 'sms',
  to: [{ address: '+306900000001', name: null }],
  cc: [],
  subject: null,
  text: 'Έρχεται αύριο ✓',
  html: null,
  attachments: [],
  mail: null,
};
const startedAt = new Date('2026-11-20T10:00:00Z');

let twilio: FarEnd;
const context = (over: Partial<SendContext> = {}): SendContext => ({
  endpoints: { twilioApiUrl: twilio.url },
  publicUrl: 'https://kairos.example',
  readBlob: () => Promise.reject(new Error('no files')),
  timeoutMs: 10_000,
  ...over,
});
const failure = async (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('it was sent')),
    (error: ChannelError) => error,
  );

beforeEach(async () => {
  twilio = await openFarEnd();
});
afterEach(() => twilio.close());

describe('a reply by SMS', () => {
  it('goes to Twilio with a callback that names the delivery', async () => {
    twilio.answers[0] = { status: 201, json: { sid: 'SM1', status: 'queued' } };
    expect(await send.send(reply, channel, context())).toEqual({ providerId: 'SM1', state: 'queued' });
    const [call] = twilio.calls;
    expect(call).toMatchObject({ method: 'POST', path: '/2010-04-01/Accounts/AC1/Messages.json' });
    expect(call!.headers['authorization']).toBe(`Basic ${Buffer.from('AC1:marker-new').toString('base64')}`);
    expect(Object.fromEntries(new URLSearchParams(call!.body))).toEqual({
      To: '+306900000001',
      From: '+15005550001',
      Body: 'Έρχεται αύριο ✓',
      StatusCallback: 'https://sms.shop.test/webhooks/sms/ch_sms/status?d=d%201#rc=5&rp=all',
    });
  });

  it.each<{ status: number; code: number; words: RegExp; retryable?: boolean; ambiguous?: boolean }>([
    { status: 400, code: 21610, words: /opted out.*21610/ },
    { status: 400, code: 21211, words: /not a phone number/ },
    { status: 401, code: 20003, words: /account SID or auth token/ },
    { status: 429, code: 20429, words: /busy/, retryable: true },
    { status: 503, code: 20503, words: /./, retryable: true, ambiguous: true },
  ])('refused with $status and code $code is told in words', async ({ status, code, words, retryable, ambiguous }) => {
    twilio.answers[0] = { status, json: { code, message: 'said Twilio', status } };
    const error = await failure(send.send(reply, channel, context()));
    expect(error).toMatchObject({
      code: 'delivery',
      retryable: retryable ?? false,
      ambiguous: ambiguous ?? false,
      providerCode: String(code),
    });
    expect(error.reason).toMatch(words);
  });

  it.each(['hang', 'cut'] as const)('left without an answer (%s) is ambiguous', async (trouble) => {
    twilio.answers[0] = trouble;
    expect(await failure(send.send(reply, channel, context({ timeoutMs: 300 })))).toMatchObject({
      retryable: true,
      ambiguous: true,
    });
  });

  it.each([{}, { sid: null }, { sid: 5 }, { status: 'queued' }])(
    'a yes that names no message (%j) is ambiguous',
    async (json) => {
      twilio.answers[0] = { status: 201, json };
      const error = await failure(send.send(reply, channel, context()));
      expect(error).toMatchObject({ reason: DELIVERY_WORDS.twilio_no_word, retryable: true, ambiguous: true });
    },
  );

  it('what something between us and Twilio answers is told by its status', async () => {
    twilio.answers[0] = { status: 404, json: {} };
    const error = await failure(send.send(reply, channel, context()));
    expect(error).toMatchObject({ reason: `${DELIVERY_WORDS.twilio_status} 404.`, retryable: false, ambiguous: false });
  });

  it('with nobody there was never sent', async () => {
    const error = await failure(
      send.send(reply, channel, context({ endpoints: { twilioApiUrl: 'http://127.0.0.1:1' } })),
    );
    expect(error).toMatchObject({ retryable: true, ambiguous: false });
  });

  it.each([
    [{ to: [{ address: 'PIZZA', name: null }] }, /not a phone number/],
    [{ text: 'x'.repeat(1601) }, /longer than 1,600 characters/],
    [{ text: ' ' }, /some text/],
    [{ attachments: [{ id: 'a', name: 'a', contentType: 'a', size: 1, sha256: 'a' }] }, /Files cannot/],
    [{ to: [] }, /no recipient/],
  ])('that Twilio could never take is refused before the call: %j', async (over, words) => {
    const error = await failure(send.send({ ...reply, ...over }, channel, context()));
    expect(error).toMatchObject({ retryable: false, ambiguous: false });
    expect(error.reason).toMatch(words);
    expect(twilio.calls).toEqual([]);
  });

  it('never tells the token', async () => {
    twilio.answers[0] = { status: 401, json: { code: 20003, message: 'Authenticate', status: 401 } };
    const error = await failure(send.send(reply, channel, context()));
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('marker');
  });
});

describe('after a crash', () => {
  const listed = (over: object) => ({
    json: {
      messages: [
        {
          sid: 'SM7',
          body: reply.text,
          direction: 'outbound-api',
          status: 'sent',
          date_created: 'Fri, 20 Nov 2026 10:00:03 +0000',
          ...over,
        },
      ],
      page: 0,
      page_size: 100,
      next_page_uri: null,
    },
  });
  const lookup = () => send.lookup!(reply, channel, context(), startedAt);

  it('Twilio is asked for the same words to the same number', async () => {
    twilio.answers[0] = listed({});
    expect(await lookup()).toEqual({ found: { providerId: 'SM7', state: 'queued' } });
    const query = new URL(twilio.calls[0]!.path, twilio.url).searchParams;
    expect([query.get('To'), query.get('From')]).toEqual(['+306900000001', '+15005550001']);
  });

  it.each([
    ['other words', { body: 'something else' }],
    ['an earlier day', { date_created: 'Thu, 19 Nov 2026 10:00:03 +0000' }],
    ['the customer’s own', { direction: 'inbound' }],
  ])('%s are not it', async (_what, over) => {
    twilio.answers[0] = listed(over);
    expect(await lookup()).toEqual({ found: null });
  });

  it('an answer that does not come decides nothing', async () => {
    twilio.answers[0] = { status: 500, json: { code: 20500, message: 'oops', status: 500 } };
    expect(await failure(lookup())).toMatchObject({ retryable: true });
  });
});

describe('a picture that came with a text', () => {
  const fetch = (url: string, maxBytes = 1_000) =>
    media.fetch({ name: 'a.jpg', contentType: 'image/jpeg', url }, channel, {
      endpoints: { twilioApiUrl: twilio.url },
      timeoutMs: 10_000,
      maxBytes,
    });

  it('is fetched with the account’s credentials, which a redirect does not see', async () => {
    twilio.answers = [{ status: 302, headers: { location: `${twilio.url}/cdn` } }, { json: 'bytes' }];
    expect((await fetch(`${twilio.url}/media`)).toString()).toBe('"bytes"');
    expect(twilio.calls.map((call) => call.headers['authorization'] !== undefined)).toEqual([true, false]);
  });

  it.each([
    'http://169.254.169.254/',
    'https://evil.test/a',
    'https://twilio.com.evil.test/a',
    'http://api.twilio.com/a',
    'file:///etc/passwd',
    'https://u:p@api.twilio.com/a',
    'x',
  ])('is not fetched from %s', async (url) => {
    expect((await failure(fetch(url))).reason).toMatch(/not its own/);
    twilio.answers = [{ status: 302, headers: { location: url } }];
    expect((await failure(fetch(`${twilio.url}/media`))).code).toBe('delivery');
  });

  it('is given up when it is too big, goes in circles or is gone', async () => {
    twilio.answers = [{ json: 'x'.repeat(2_000) }];
    expect((await failure(fetch(`${twilio.url}/a`))).reason).toMatch(/larger/);
    twilio.answers = [{ status: 302, headers: { location: `${twilio.url}/a` } }];
    expect((await failure(fetch(`${twilio.url}/a`))).reason).toMatch(/too often/);
    twilio.answers = [{ status: 404 }];
    expect(await failure(fetch(`${twilio.url}/a`))).toMatchObject({ retryable: true });
  });
});
