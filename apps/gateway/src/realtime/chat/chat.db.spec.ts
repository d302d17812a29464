import { createHmac, randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { ArrivedMessage, ChannelView, ChatMessage, DeliveryChanged } from '#contracts';
import { FakeClock } from '#kernel';
import { eventually } from '#testing';
import { InboxStandIn } from '../../ingress/testing/inbox-stand-in.js';
import { type RunningGateway, runGateway } from '../../ingress/testing/running-gateway.js';

const clock = new FakeClock();
const IDENTITY_SECRET = 'identity-secret-of-the-shop';
let gateway: RunningGateway;
let inbox: InboxStandIn;
let chat: ChannelView;
let other: ChannelView;
const open: Socket[] = [];

beforeAll(async () => {
  gateway = await runGateway({}, clock);
  inbox = new InboxStandIn(gateway.context);
  await inbox.start();
  chat = await gateway.channel(
    'webchat',
    { allowedOrigins: ['https://shop.test'] },
    { identitySecret: IDENTITY_SECRET },
  );
  other = await gateway.channel('webchat', { allowedOrigins: [] });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});
afterAll(async () => {
  await inbox?.stop();
  await gateway?.close();
});

interface Welcome {
  visitorToken: string;
  conversationId: string | null;
  seq: number;
}

class Page {
  readonly messages: ChatMessage[] = [];
  constructor(
    readonly socket: Socket,
    readonly welcome: Welcome,
  ) {}
  get visitorId(): string {
    const says = this.welcome.visitorToken.split('.')[1]!;
    return (JSON.parse(Buffer.from(says, 'base64url').toString()) as { id: string }).id;
  }
  say(text: string, clientId: string = randomUUID(), more: object = {}): Promise<{ id: string; seq: number }> {
    return this.socket.timeout(12_000).emitWithAck('message.send', { clientId, text, ...more });
  }
  sync(afterSeq: number): Promise<{ messages: ChatMessage[]; seq: number }> {
    return this.socket.timeout(5_000).emitWithAck('sync', { afterSeq });
  }
}

/** A browser's page with the widget in it. `acks`: an older one does not say that it has what it was sent. */
async function visit(
  auth: Record<string, unknown> = {},
  { origin = 'https://shop.test' as string | null, acks = true } = {},
): Promise<Page> {
  const socket = io(`${gateway.url}/chat`, {
    auth: { websiteToken: chat.websiteToken, ...auth },
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    ...(origin === null ? {} : { extraHeaders: { origin } }),
  });
  open.push(socket);
  const messages: ChatMessage[] = [];
  socket.on('message', (message: ChatMessage, ack?: () => void) => {
    messages.push(message);
    if (acks) ack?.();
  });
  const welcome = await new Promise<Welcome>((done, fail) => {
    socket.on('welcome', done);
    socket.on('connect_error', fail);
  });
  const page = new Page(socket, welcome);
  page.messages.push(...messages);
  socket.off('message');
  socket.on('message', (message: ChatMessage, ack?: () => void) => {
    page.messages.push(message);
    if (acks) ack?.();
  });
  return page;
}
const refused = (auth: Record<string, unknown>, origin: string | null = 'https://shop.test') =>
  visit(auth, { origin }).then(
    () => 'let in',
    (error: Error) => error.message,
  );
const deliveriesOf = async (messageId: string) =>
  (await gateway.events('channel.delivery.v1'))
    .map((event) => event.payload as DeliveryChanged)
    .filter((payload) => payload.messageId === messageId)
    .map((payload) => `${payload.from} ${payload.to}`);

it('a visitor writes and hears back: numbered for him, once, in order, delivered when his page has it', async () => {
  const page = await visit();
  expect(page.welcome).toMatchObject({ conversationId: null, seq: 0 });
  const clientId = randomUUID();
  const ack = await page.say('Hello, is it there?', clientId, { name: 'Cleo', email: 'cleo@customer.test' });
  expect(ack).toEqual({ id: expect.any(String) as string, seq: 1 });
  expect(await page.say('Hello, is it there?', clientId)).toEqual(ack);
  const { messageId } = await inbox.reply(chat.id, page.visitorId, 'Yes, since yesterday.');
  const reply = await eventually(() => page.messages.find((message) => message.kind === 'reply'));
  expect(reply).toMatchObject({ id: messageId, seq: 2, text: 'Yes, since yesterday.' });
  await eventually(async () => (await deliveriesOf(messageId)).length === 2);
  expect(await deliveriesOf(messageId)).toEqual(['queued sent', 'sent delivered']);
  const own = page.messages.filter((message) => message.clientId === clientId);
  expect(own).toHaveLength(1);
  const arrived = (await gateway.events()).filter((event) => (event.payload as ArrivedMessage).clientId === clientId);
  expect(arrived).toHaveLength(1);
  expect(arrived[0]!.payload).toMatchObject({
    claimed: { email: 'cleo@customer.test', name: 'Cleo' },
    channelKind: 'webchat',
  });
});

it('what was missed while the page was closed is there on asking, with the whole text and its files', async () => {
  const before = await visit();
  const long = 'α'.repeat(500);
  await before.say(long);
  before.socket.disconnect();
  const { sha256, size } = await gateway.context.blobs.put(Buffer.from('an invoice'));
  const file = { id: randomUUID(), name: 'invoice.pdf', contentType: 'application/pdf', size, sha256 };
  const { messageId } = await inbox.reply(chat.id, before.visitorId, 'See the file', [file]);
  await eventually(async () => (await deliveriesOf(messageId)).length === 1);
  const again = await visit({ visitorToken: before.welcome.visitorToken });
  expect(again.visitorId).toBe(before.visitorId);
  expect(again.welcome).toMatchObject({ seq: 2, conversationId: inbox.conversationOf(before.visitorId) });
  const { messages, seq } = await again.sync(0);
  expect([seq, messages.map((message) => message.text)]).toEqual([2, [long, 'See the file']]);
  const [attachment] = messages[1]!.attachments!;
  const answer = await fetch(gateway.url + attachment!.url);
  expect([answer.status, await answer.text()]).toEqual([200, 'an invoice']);
  expect(answer.headers.get('content-disposition')).toContain('attachment');
  expect(await deliveriesOf(messageId)).toEqual(['queued sent']); // nobody said that he has it
  await again.sync(2);
  expect(await deliveriesOf(messageId)).toEqual(['queued sent', 'sent delivered']);
});

it('two tabs are one visitor: both hear, and two of the same message at once are one', async () => {
  const one = await visit();
  const two = await visit({ visitorToken: one.welcome.visitorToken });
  const clientId = randomUUID();
  const [first, second] = await Promise.all([one.say('hello', clientId), two.say('hello', clientId)]);
  expect(first).toEqual(second);
  await inbox.reply(chat.id, one.visitorId, 'hi');
  for (const page of [one, two]) {
    await eventually(() => page.messages.some((message) => message.kind === 'reply'));
    expect(page.messages.map((message) => message.seq)).toEqual([1, 2]);
  }
});

it('ten messages in a burst keep gapless numbers, and each its own', async () => {
  const page = await visit();
  const acks = await Promise.all(Array.from({ length: 10 }, (_, n) => page.say(`message ${n}`)));
  expect(acks.map((ack) => ack.seq).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const { messages } = await page.sync(4);
  expect(messages.map((message) => message.seq)).toEqual([5, 6, 7, 8, 9, 10]);
});

it('nobody sees what belongs to another visitor or another channel', async () => {
  const one = await visit();
  await one.say('my secret');
  const stranger = await visit();
  expect(stranger.visitorId).not.toBe(one.visitorId);
  expect((await stranger.sync(0)).messages).toEqual([]);
  // his token of this channel makes him nobody on another one
  const elsewhere = await visit(
    { websiteToken: other.websiteToken, visitorToken: one.welcome.visitorToken },
    { origin: null },
  );
  expect(elsewhere.visitorId).not.toBe(one.visitorId);
  const [head, says, mac] = one.welcome.visitorToken.split('.') as [string, string, string];
  const forged = { ...(JSON.parse(Buffer.from(says, 'base64url').toString()) as object), id: one.visitorId };
  const flipped = `${mac[0] === 'A' ? 'B' : 'A'}${mac.slice(1)}`;
  for (const token of [
    `${head}.${says}.${flipped}`,
    `${head}.${Buffer.from(JSON.stringify(forged)).toString('base64url')}.`,
    'v1..',
    'x',
  ]) {
    expect((await visit({ visitorToken: token })).visitorId).not.toBe(one.visitorId);
  }
});

it('a visitor token ends after 180 days', async () => {
  const page = await visit();
  clock.advance(179 * 86_400_000);
  const renewed = await visit({ visitorToken: page.welcome.visitorToken });
  expect(renewed.visitorId).toBe(page.visitorId);
  clock.advance(2 * 86_400_000);
  expect((await visit({ visitorToken: page.welcome.visitorToken })).visitorId).not.toBe(page.visitorId);
  expect((await visit({ visitorToken: renewed.welcome.visitorToken })).visitorId).toBe(page.visitorId);
});

it('only pages of allowed origins come in, and our own always', async () => {
  expect(await refused({}, 'https://evil.test')).toBe('not allowed');
  expect(await refused({}, 'null')).toBe('not allowed');
  expect(await refused({}, 'https://shop.test.evil.test')).toBe('not allowed');
  expect(await refused({ websiteToken: 'wrong' })).toBe('not allowed');
  expect(await refused({ websiteToken: { $ne: 1 } })).toBe('not allowed');
  expect(await refused({ websiteToken: other.websiteToken }, 'https://shop.test')).toBe('not allowed');
  expect(await refused({}, gateway.url)).toBe('let in');
  expect(await refused({}, gateway.context.config.publicUrl)).toBe('let in');
});

describe('a website that vouches for its customer', () => {
  const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = (claims: object, { alg = 'HS256', secret = IDENTITY_SECRET } = {}) => {
    const now = Math.floor(clock.now().getTime() / 1_000);
    const body = `${b64({ alg, typ: 'JWT' })}.${b64({ sub: 'user-1', name: 'Cleo Park', aud: chat.id, exp: now + 600, jti: randomUUID(), ...claims })}`;
    const hash = alg === 'HS512' ? 'sha512' : 'sha256';
    return `${body}.${alg === 'none' ? '' : createHmac(hash, secret).update(body).digest('base64url')}`;
  };

  it('is the same visitor in every browser, with the name that it says', async () => {
    const one = await visit({ identity: jwt({}) });
    const two = await visit({ identity: jwt({ aud: chat.websiteToken }) });
    expect(one.visitorId).toBe(two.visitorId);
    const clientId = randomUUID();
    await one.say('hi', clientId, { name: 'Somebody Else', verified: true });
    const arrived = (await gateway.events()).find((event) => (event.payload as ArrivedMessage).clientId === clientId)!;
    expect((arrived.payload as ArrivedMessage).from.name).toBe('Cleo Park');
  });

  it('is not believed when forged, old, for others, in other words, or a second time', async () => {
    const now = Math.floor(clock.now().getTime() / 1_000);
    const once = jwt({});
    expect(await refused({ identity: once })).toBe('let in');
    const wrong = [
      once,
      jwt({}, { secret: 'guessed' }),
      jwt({}, { alg: 'none' }),
      jwt({}, { alg: 'HS512' }),
      jwt({ exp: now - 1 }),
      jwt({ exp: now + 90_000 }),
      jwt({ exp: undefined }),
      jwt({ aud: other.id }),
      jwt({ aud: undefined }),
      jwt({ jti: '' }),
      jwt({ sub: '' }),
      `${once}.x`,
      '',
      7,
    ];
    for (const identity of wrong) expect([identity, await refused({ identity })]).toEqual([identity, 'not allowed']);
    expect(await refused({ websiteToken: other.websiteToken, identity: jwt({ aud: other.id }) }, null)).toBe(
      'not allowed',
    );
  });

  it('connects again with what its page has, although the proof was spent', async () => {
    const identity = jwt({});
    const page = await visit({ identity });
    const again = await visit({ identity, visitorToken: page.welcome.visitorToken });
    expect(again.visitorId).toBe(page.visitorId);
  });
});

it('frames of no sense get one constant text, and others are not disturbed', async () => {
  const calm = await visit();
  const page = await visit();
  const nested = JSON.parse('{"a":'.repeat(500) + '1' + '}'.repeat(500)) as object;
  const texts = new Set<string>();
  for (const body of [
    null,
    7,
    'x',
    [],
    {},
    nested,
    Buffer.from([0xff]),
    { clientId: {}, text: [] },
    { clientId: 'a', text: '' },
  ]) {
    const answer = (await page.socket.timeout(3_000).emitWithAck('message.send', body)) as { error: string };
    texts.add(answer.error);
    texts.add(((await page.socket.timeout(3_000).emitWithAck('sync', { afterSeq: body })) as { error: string }).error);
  }
  texts.add(((await page.socket.timeout(3_000).emitWithAck('constructor', {})) as { error: string }).error);
  expect([...texts]).toEqual([expect.stringContaining('could not be done')]);
  page.socket.emit('message.send');
  page.socket.emit('message.send', { clientId: 'x', text: 'y'.repeat(100_000) }); // too large: the connection ends
  await eventually(() => page.socket.disconnected);
  expect((await calm.say('still here')).seq).toBe(1);
});

it('a visitor who floods is slowed, and what was acknowledged is kept', async () => {
  const page = await visit();
  const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => page.say(`flood ${n}`)));
  const taken = answers.filter((answer) => 'seq' in answer);
  expect(taken.length).toBeGreaterThanOrEqual(20);
  expect(taken.length).toBeLessThan(30);
  expect((await page.sync(0)).seq).toBe(taken.length);
});
