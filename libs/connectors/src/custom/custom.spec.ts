import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutboundReply } from '#contracts';
import type { ChannelAccount, ChannelError, InlineFile } from '../connector.js';
import type { FarEnd } from '../far-end.js';
import { openFarEnd } from '../far-end.js';
import { receive } from './receive.js';
import { send } from './send.js';

const channel = (config: Record<string, unknown> = {}, secrets = {}): ChannelAccount => ({
  id: 'ch_c',
  kind: 'custom',
  name: 'Forum',
  address: '',
  config,
  secrets: [secrets],
});
const at = new Date('2026-11-20T10:00:00Z');
const read = (body: unknown) => receive.receive(body, channel(), at);
const message = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'message.json'), 'utf8')) as Record<
  string,
  unknown
>;

describe('a message by our own API', () => {
  it('comes as one item', () => {
    expect(
      read({ ...message, threadKey: 't1', html: '<p>x</p>', subject: 'A\nB', sentAt: '2026-11-20T09:00:00+01:00' }),
    ).toEqual({
      dedupeKey: 'ch_c:p-1',
      externalId: 'p-1',
      threadKey: 't1',
      from: { kind: 'custom', scope: 'ch_c', address: 'User-7', display: 'User-7', name: 'Bogdan' },
      subject: 'A B',
      text: 'Unde este coletul?',
      html: '<p>x</p>',
      attachments: [],
      automatic: false,
      channelTimestamp: '2026-11-20T08:00:00.000Z',
    });
  });

  it('was never sent after it came', () => {
    expect(read({ ...message, sentAt: '2027-01-01T00:00:00Z' }).channelTimestamp).toBe('2026-11-20T10:00:00.000Z');
    expect(read(message).channelTimestamp).toBeNull();
  });

  it('brings its files inside, by what their bytes are', () => {
    const attachments = [
      { name: '../x.png', contentType: 'image/png', content: Buffer.from('<svg onload=x()>').toString('base64') },
    ];
    const [file] = read({ ...message, attachments }).attachments as InlineFile[];
    expect(file).toMatchObject({ name: 'x.png', contentType: 'image/svg+xml' });
  });

  it.each([
    [null, ''],
    [{ ...message, externalId: undefined }, 'externalId'],
    [{ ...message, externalId: '' }, 'externalId'],
    [{ ...message, externalId: { $gt: '' } }, 'externalId'],
    [{ ...message, from: undefined }, 'from.address'],
    [{ ...message, from: 'User-7' }, 'from.address'],
    [{ ...message, from: { address: 'a', name: 1 } }, 'from.name'],
    [{ ...message, text: undefined }, 'text'],
    [{ ...message, text: 5 }, 'text'],
    [{ ...message, html: [] }, 'html'],
    [{ ...message, threadKey: 7 }, 'threadKey'],
    [{ ...message, sentAt: 'yesterday' }, 'sentAt'],
    [{ ...message, sentAt: '2026-13-45T00:00:00Z' }, 'sentAt'],
    [{ ...message, attachments: {} }, 'attachments'],
    [{ ...message, attachments: [{ url: 'http://169.254.169.254/' }] }, 'attachments[0].content'],
    [{ ...message, attachments: [null] }, 'attachments[0].content'],
  ])('of the wrong shape is refused, naming the field: %j', (body, path) => {
    expect(() => read(body)).toThrow(
      expect.objectContaining({
        code: 'invalid_message',
        details: { errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown },
      }) as Error,
    );
  });
});

describe('a reply to our own API’s customer', () => {
  const reply = {
    deliveryId: 'd1',
    messageId: 'm1',
    conversationId: 'c1',
    channelId: 'ch_c',
    channelKind: 'custom',
    to: [{ address: 'User-7', name: null }],
    cc: [],
    subject: null,
    text: 'Pe drum',
    html: null,
    attachments: [{ id: 'a', name: 'a.txt', contentType: 'text/plain', size: 5, sha256: 'x' }],
    mail: null,
  } satisfies OutboundReply;
  let hook: FarEnd;
  const context = (timeoutMs = 10_000) => ({
    endpoints: {},
    publicUrl: 'https://kairos.example',
    readBlob: async () => Buffer.from('bytes'),
    timeoutMs,
    egress: { allowed: [], ownMachine: true },
  });
  const go = (secrets = {}, config: Record<string, unknown> = { replyUrl: `${hook.url}/replies?k=1` }) =>
    send.send(reply, channel(config, secrets), context());
  const failure = async (work: Promise<unknown>) =>
    work.then(
      () => Promise.reject(new Error('it was sent')),
      (error: ChannelError) => error,
    );

  beforeEach(async () => {
    hook = await openFarEnd();
  });
  afterEach(() => hook.close());

  it('is posted with a key for repeats and a signature over the bytes', async () => {
    hook.answers = [{ json: { id: 'theirs-1' } }];
    expect(await go({ signingSecret: 'a-long-enough-secret' })).toEqual({ providerId: 'theirs-1', state: 'sent' });
    const [call] = hook.calls;
    expect(call).toMatchObject({ method: 'POST', path: '/replies?k=1', headers: { 'idempotency-key': 'd1' } });
    expect(call!.headers['x-kairos-signature']).toBe(
      `sha256=${createHmac('sha256', 'a-long-enough-secret').update(call!.body).digest('hex')}`,
    );
    expect(JSON.parse(call!.body)).toMatchObject({
      deliveryId: 'd1',
      conversationId: 'c1',
      to: [{ address: 'User-7' }],
      text: 'Pe drum',
      attachments: [{ name: 'a.txt', content: Buffer.from('bytes').toString('base64') }],
    });
  });

  it('goes unsigned where no secret is set', async () => {
    await go();
    expect(hook.calls[0]!.headers).not.toHaveProperty('x-kairos-signature');
  });

  it('without an address is failed, and says what to set', async () => {
    expect(await failure(go({}, {}))).toMatchObject({
      retryable: false,
      reason: expect.stringContaining('no replyUrl') as string,
    });
  });

  it('goes nowhere inside the network, and the agent reads why', async () => {
    const error = await failure(send.send(reply, channel({ replyUrl: hook.url }), { ...context(), egress: undefined }));
    expect(error).toMatchObject({ retryable: false, ambiguous: false });
    expect(error.reason).toContain('private network');
    expect(hook.calls).toEqual([]);
  });

  it('where nobody listens may be sent again: nothing left the house', async () => {
    const error = await failure(go({}, { replyUrl: 'http://127.0.0.1:1/' }));
    expect(error).toMatchObject({ retryable: true, ambiguous: false, providerCode: 'ECONNREFUSED' });
  });

  it.each([
    [400, false],
    [404, false],
    [302, false],
    [429, true],
    [503, true],
  ])('answered %i may be retried: %s', async (status, retryable) => {
    hook.answers = [{ status, headers: { location: 'http://127.0.0.1:1/' }, json: { error: 'no' } }];
    expect(await failure(go())).toMatchObject({ retryable, ambiguous: false, providerCode: String(status) });
    expect(hook.calls).toHaveLength(1);
  });

  it('left without an answer is ambiguous', async () => {
    hook.answers = ['hang'];
    const work = send.send(reply, channel({ replyUrl: hook.url }), context(300));
    expect(await failure(work)).toMatchObject({ retryable: true, ambiguous: true });
  });
});
