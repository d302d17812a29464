import { io } from 'socket.io-client';
import type { ChannelView } from '#contracts';
import { GatewayHarness } from '../testing/gateway-harness.js';

/** What one address may: failed sign-ins within five minutes, new visitors within one. */
const SIGN_INS = 10;
const VISITORS = 100;

let n = 0;
const fail = async (gateway: GatewayHarness, forwarded: string): Promise<number> => {
  const body = { email: `nobody-${n++}@shop.test`, password: 'wrong-wrong-wrong' };
  return (await gateway.call('POST', '/api/v1/session', { body, headers: { 'x-forwarded-for': forwarded } })).status;
};

const chat = async (gateway: GatewayHarness): Promise<ChannelView> => {
  const body = { kind: 'webchat', name: 'Chat', config: { allowedOrigins: [] } };
  return (await gateway.call<ChannelView>('POST', '/api/v1/channels', { token: await gateway.token(), body })).body;
};

/** `welcome`, or why not. */
async function visit(gateway: GatewayHarness, { websiteToken }: ChannelView, forwarded: string): Promise<string> {
  const socket = io(`${gateway.url}/chat`, {
    auth: { websiteToken },
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
    extraHeaders: { 'x-forwarded-for': forwarded },
  });
  try {
    return await new Promise<string>((done) => {
      socket.on('welcome', () => done('welcome'));
      socket.on('connect_error', (error) => done(error.message));
    });
  } finally {
    socket.disconnect();
  }
}

describe('behind a reverse proxy that is named', () => {
  let gateway: GatewayHarness;
  beforeAll(async () => (gateway = await GatewayHarness.start({ TRUST_PROXY: '127.0.0.1' })));
  afterAll(() => gateway?.close());

  it('G2 each customer of the proxy is throttled alone, whatever he writes left of it', async () => {
    for (let at = 0; at < SIGN_INS; at++) expect(await fail(gateway, `6.6.6.${at}, 1.1.1.1`)).toBe(401);
    expect(await fail(gateway, '6.6.6.99, 1.1.1.1')).toBe(429);
    expect(await fail(gateway, '1.1.1.2')).toBe(401);
  });

  it('one household of IPv6 is one', async () => {
    for (let at = 0; at < SIGN_INS; at++) expect(await fail(gateway, `2001:4860:1:1::${at}`)).toBe(401);
    expect(await fail(gateway, '2001:4860:1:1:ffff::1')).toBe(429);
    expect(await fail(gateway, '2001:4860:1:2::1')).toBe(401);
  });

  it('the session knows where it was opened', async () => {
    await gateway.call('POST', '/api/v1/session', {
      body: { email: 'owner@shop.test', password: 'correct-horse-battery-7' },
      headers: { 'x-forwarded-for': '9.8.7.6' },
    });
    const rows = await gateway.context.db.query<{ address: string }>('select address from sessions');
    expect(rows.map((row) => row.address)).toContain('9.8.7.6');
  });

  it('J5 a flood of visitors from one address keeps nobody else out', async () => {
    const channel = await chat(gateway);
    const flood = await Promise.all(Array.from({ length: VISITORS }, () => visit(gateway, channel, '1.2.3.4')));
    expect(new Set(flood)).toEqual(new Set(['welcome']));
    expect(await visit(gateway, channel, '1.2.3.4')).toBe('try again later');
    expect(await visit(gateway, channel, '1.2.3.5')).toBe('welcome');
    gateway.clock.advance(60_000);
    expect(await visit(gateway, channel, '1.2.3.4')).toBe('welcome');
  });
});

describe('with no proxy named', () => {
  let gateway: GatewayHarness;
  let channel: ChannelView;
  beforeAll(async () => {
    gateway = await GatewayHarness.start();
    channel = await chat(gateway);
  });
  afterAll(() => gateway?.close());

  it('G2 nobody gets past the throttle by inventing addresses', async () => {
    for (let at = 0; at < SIGN_INS; at++) expect(await fail(gateway, `1.1.1.${at}`)).toBe(401);
    expect(await fail(gateway, '1.1.1.200')).toBe(429);
  });

  it('J5 nor in the chat', async () => {
    await Promise.all(Array.from({ length: VISITORS }, (_, at) => visit(gateway, channel, `1.2.3.${at}`)));
    expect(await visit(gateway, channel, '1.2.3.200')).toBe('try again later');
  });
});
