import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutboundReply } from '#contracts';
import type { ChannelAccount, ChannelError, RawRequest, SendContext } from '../connector.js';
import type { FarAnswer, FarEnd } from '../far-end.js';
import { openFarEnd } from '../far-end.js';
import { receive } from './receive.js';
import { send } from './send.js';

const channel: ChannelAccount = {
  id: 'ch_m',
  kind: 'messenger',
  name: 'Page',
  address: 'PAGE1',
  config: { pageId: 'PAGE1' },
  secrets: [{ appSecret: 'a', verifyToken: 'new-word', pageAccessToken: 'marker-token' }, { verifyToken: 'old-word' }],
};
const request = (body: string, over: Partial<RawRequest> = {}): RawRequest => ({
  method: 'POST',
  originalUrl: '/webhooks/messenger/ch_m',
  headers: {},
  rawBody: Buffer.from(body),
  receivedAt: new Date('2026-11-20T10:00:00.500Z'),
  publicUrl: 'https://kairos.example',
  ...over,
});
const batch = readFileSync(join(import.meta.dirname, 'fixtures', 'batch.json'), 'utf8');

describe('what Meta posts', () => {
  const { items, reports } = receive.receive(request(batch), channel);

  it('a customer’s words and files become items, stamped by Meta and never after our receipt', () => {
    expect(items[0]).toEqual({
      dedupeKey: 'ch_m:m_1',
      externalId: 'm_1',
      from: { kind: 'messenger', scope: 'ch_m', address: 'P1', display: 'P1', name: null },
      subject: null,
      text: 'Πότε ανοίγετε;',
      html: null,
      attachments: [],
      automatic: false,
      channelTimestamp: '2026-11-20T09:59:59.000Z',
    });
    expect(items[1]).toMatchObject({
      externalId: 'm_2',
      text: '📍 Home 37.98, 23.72',
      attachments: [{ name: 'cup.jpg', contentType: 'image/jpeg', url: 'https://scontent.fbcdn.net/v/cup.jpg?x=1' }],
    });
  });

  it('an echo is our own side speaking: never a customer’s message', () => {
    expect(items.map((item) => item.from.address)).not.toContain('PAGE1');
    expect(reports).toMatchObject([
      { providerId: 'm_3', deliveryId: 'delivery-1', state: 'sent' },
      { providerId: 'm_4', deliveryId: null, state: 'sent' },
      { providerId: 'm_3', deliveryId: null, state: 'delivered', channelId: 'ch_m', channelKind: 'messenger' },
    ]);
  });

  it('reactions, take-backs and notices are shown and open no wait; a pressed button does', () => {
    expect(items.slice(2, 6).map(({ text, automatic }) => [text, automatic])).toEqual([
      ['Reacted with ❤', true],
      ['Talk to us', false],
      ['Took back a message', true],
      ['Unsupported message (referral)', true],
    ]);
  });

  it('what nobody knows is shown as unsupported, and takes nothing else with it', () => {
    expect(items.slice(6).map(({ text, automatic }) => [text, automatic])).toEqual([
      ['Unsupported message (hologram)', false],
      ['Unsupported message (nothing known)', false],
      ['Unsupported message (nothing known)', false],
    ]);
    expect(items.slice(6).every((item) => item.parseProblem?.includes('the original is kept'))).toBe(true);
  });

  it('the same delivery has the same keys, another one others', () => {
    const keys = (body: string) => receive.receive(request(body), channel).items.map((item) => item.dedupeKey);
    expect(keys(batch)).toEqual(keys(batch));
    expect(new Set(keys(batch)).size).toBeGreaterThanOrEqual(8);
    expect(receive.receiptKey(request(batch))).toBe(receive.receiptKey(request(batch)));
    expect(receive.receiptKey(request(batch.replace('ad-7', 'ad-8')))).not.toBe(receive.receiptKey(request(batch)));
  });

  it.each(['', '{', '[]', 'null', '"x"', '{"object":"page"}', '{"entry":[]}', '\u0000', '[[[['])(
    '%j is malformed',
    (body) => {
      expect(() => receive.receiptKey(request(body))).toThrow(expect.objectContaining({ code: 'malformed' }) as Error);
    },
  );

  it.each([
    '{"object":"page","entry":[]}',
    '{"object":"page","entry":[null,1,"x",[]]}',
    '{"object":"page","entry":[{"messaging":{}}]}',
    '{"object":"page","entry":[{"messaging":[{"message":{"mid":{},"text":[],"attachments":[null,{"type":"image"}]},"timestamp":"x","sender":7}]}]}',
    '{"object":"page","entry":[{"changes":[{"field":"feed","value":{"from":{"id":"P9"},"item":"comment"}}]}]}',
    '{"object":"page","entry":[{"messaging":[{"sender":{"id":"P1"},"timestamp":1e400,"message":{"mid":"m","attachments":[{"type":"image","payload":{"url":"https://x.test/%E0%A4%A"}}]}}]}]}',
  ])('whatever else is in it, nothing is thrown and nothing is dropped: %s', (body) => {
    expect(receive.receiptKey(request(body))).toMatch(/^[0-9a-f]{64}$/);
    const found = receive.receive(request(body), channel);
    const entries = (JSON.parse(body) as { entry: unknown[] }).entry;
    expect(found.items.length).toBeGreaterThanOrEqual(entries.length);
  });
});

describe('the verification by GET', () => {
  const get = (query: string) => request('', { method: 'GET', originalUrl: `/webhooks/messenger/ch_m${query}` });
  const verify =
    (query: string, secrets = channel.secrets) =>
    () =>
      receive.verify(get(query), { ...channel, secrets });

  it('echoes the challenge for the right word, the old one too', () => {
    for (const word of ['new-word', 'old-word']) {
      expect(verify(`?hub.mode=subscribe&hub.verify_token=${word}&hub.challenge=77`)).not.toThrow();
    }
    expect(receive.receive(get('?hub.challenge=77'), channel).response).toEqual({
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: '77',
    });
  });

  it.each([
    '',
    '?hub.mode=subscribe',
    '?hub.mode=subscribe&hub.verify_token=',
    '?hub.mode=subscribe&hub.verify_token=wrong',
    '?hub.verify_token=new-word',
  ])('refuses %j', (query) => {
    expect(verify(query)).toThrow(expect.objectContaining({ code: 'unauthenticated' }) as Error);
  });

  it('refuses everybody while the word is empty', () => {
    expect(verify('?hub.mode=subscribe&hub.verify_token=', [{ verifyToken: '' }])).toThrow();
    expect(verify('?hub.mode=subscribe&hub.verify_token=', [])).toThrow();
  });
});

describe('a reply by Messenger', () => {
  const reply: OutboundReply = {
    deliveryId: 'delivery-1',
    messageId: 'm1',
    conversationId: 'c1',
    channelId: 'ch_m',
    channelKind: 'messenger',
    to: [{ address: 'P1', name: null }],
    cc: [],
    subject: null,
    text: 'Στις εννέα',
    html: null,
    attachments: [],
    mail: null,
  };
  let graph: FarEnd;
  const context = (timeoutMs = 10_000): SendContext => ({
    endpoints: { metaGraphUrl: graph.url },
    publicUrl: 'https://kairos.example',
    readBlob: async () => Buffer.from('the bytes'),
    timeoutMs,
  });
  const failure = async (over: Partial<OutboundReply> = {}, timeoutMs = 10_000) =>
    send.send({ ...reply, ...over }, channel, context(timeoutMs)).then(
      () => Promise.reject(new Error('it was sent')),
      (error: ChannelError) => error,
    );

  beforeEach(async () => {
    graph = await openFarEnd();
  });
  afterEach(() => graph.close());

  it('goes to the page’s Send API, its token in a header only', async () => {
    graph.answers = [{ json: { recipient_id: 'P1', message_id: 'mid.1' } }];
    expect(await send.send(reply, channel, context())).toEqual({ providerId: 'mid.1', state: 'sent' });
    const [call] = graph.calls;
    expect(call).toMatchObject({ method: 'POST', path: '/v21.0/me/messages' });
    expect(call!.headers['authorization']).toBe('Bearer marker-token');
    expect(JSON.parse(call!.body)).toEqual({
      recipient: { id: 'P1' },
      messaging_type: 'RESPONSE',
      message: { text: 'Στις εννέα', metadata: 'kairos:delivery-1' },
    });
  });

  it('uploads its files before it says anything', async () => {
    graph.answers = [
      { json: { attachment_id: 'at.1' } },
      { json: { message_id: 'mid.1' } },
      { json: { message_id: 'mid.2' } },
    ];
    const attachments = [{ id: 'a', name: 'map.png', contentType: 'image/png', size: 9, sha256: 'abc' }];
    expect(await send.send({ ...reply, attachments }, channel, context())).toEqual({
      providerId: 'mid.1',
      state: 'sent',
    });
    expect(graph.calls.map((call) => call.path.split('/').at(-1))).toEqual([
      'message_attachments',
      'messages',
      'messages',
    ]);
    expect(graph.calls[0]!.body).toContain('the bytes');
    expect(graph.calls[2]!.body).toContain('at.1');
  });

  it.each<{ status: number; error?: object; words: RegExp; retryable?: boolean; ambiguous?: boolean }>([
    { status: 400, error: { code: 10, error_subcode: 2018278, message: 'outside' }, words: /24 hours/ },
    { status: 400, error: { code: 190, message: 'expired' }, words: /connect the channel again/ },
    { status: 400, error: { code: 551, message: 'x' }, words: /cannot be reached/ },
    { status: 400, error: { code: 613, message: 'slow down' }, words: /slow down/, retryable: true },
    { status: 500, error: { code: 2, message: 'temporary' }, words: /temporary/, retryable: true },
    { status: 502, words: /status 502/, retryable: true, ambiguous: true },
    { status: 200, error: { code: 100, message: 'odd' }, words: /odd/ },
  ])('refused with $status $error is told in words', async ({ status, error, words, retryable, ambiguous }) => {
    graph.answers = [{ status, json: error ? { error } : {} }];
    const found = await failure();
    expect(found).toMatchObject({ retryable: retryable ?? false, ambiguous: ambiguous ?? false });
    expect(found.reason).toMatch(words);
    expect(`${found.message} ${JSON.stringify(found)}`).not.toContain('marker');
  });

  it.each(['hang', 'cut'] as const)('left without an answer (%s) is ambiguous', async (trouble) => {
    graph.answers = [trouble];
    expect(await failure({}, 300)).toMatchObject({ retryable: true, ambiguous: true });
  });

  it('answered without an id is ambiguous', async () => {
    graph.answers = [{ json: {} }];
    expect(await failure()).toMatchObject({ retryable: true, ambiguous: true });
  });

  const late = { status: 400, json: { error: { code: 10, error_subcode: 2018278, message: '(#10) outside' } } };
  const how = () => graph.calls.map((call) => JSON.parse(call.body) as { messaging_type: string; tag?: string });

  it('later than a day, by a person: sent as such', async () => {
    graph.answers = [late, { json: { message_id: 'mid.1' } }];
    expect(await send.send({ ...reply, human: true }, channel, context())).toMatchObject({ providerId: 'mid.1' });
    expect(how()).toMatchObject([
      { messaging_type: 'RESPONSE' },
      { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT', message: { text: 'Στις εννέα' } },
    ]);
  });

  it('later than a day, by a program: never passed off as a person’s', async () => {
    graph.answers = [late];
    expect((await failure({ human: false })).reason).toMatch(/24 hours.*another channel/);
    expect(how()).toHaveLength(1);
  });

  it.each<{ what: string; second: FarAnswer | 'cut'; found: object }>([
    {
      what: 'not allowed to the page',
      second: { status: 400, json: { error: { code: 100, message: 'Invalid tag' } } },
      found: { retryable: false, reason: expect.stringMatching(/24 hours/) },
    },
    { what: 'left without an answer', second: 'cut', found: { ambiguous: true } },
    {
      what: 'slowed down',
      second: { status: 400, json: { error: { code: 613, message: 'slow' } } },
      found: { retryable: true, ambiguous: false },
    },
  ])('a person’s late answer, $what', async ({ second, found }) => {
    graph.answers = [late, second];
    expect(await failure({ human: true })).toMatchObject(found);
  });

  it('a permission that is missing is not called a matter of time', async () => {
    graph.answers = [
      { status: 400, json: { error: { code: 10, message: '(#10) Application does not have permission' } } },
    ];
    const error = await failure({ human: true });
    expect(error.reason).toMatch(/does not have permission/);
    expect(how()).toHaveLength(1);
  });

  it('a file larger than Messenger takes is refused before the call', async () => {
    const attachments = [{ id: 'a', name: 'film.mp4', contentType: 'video/mp4', size: 25_000_001, sha256: 'abc' }];
    expect((await failure({ attachments })).reason).toBe(
      'A file is larger than Messenger takes; send a link to it: film.mp4 (25 MB)',
    );
    expect(graph.calls).toEqual([]);
  });

  it('too long for Messenger is refused before the call', async () => {
    expect((await failure({ text: 'x'.repeat(2_001) })).reason).toMatch(/longer than 2,000 characters/);
    expect(graph.calls).toEqual([]);
  });
});
