import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import type { ChangeView, ConversationView } from '#contracts';
import { eventually } from '#testing';
import { type Channel, connect, type Thread, threadWith } from './lib/customers.js';
import { ask, bearer, json, postCustom } from './lib/outsider.js';
import { Product } from './lib/product.js';

let product: Product;
let custom: Channel;
beforeAll(async () => {
  product = await Product.start('standalone');
  custom = await connect(product, 'custom');
  await post(custom, { text: 'FIRST' });
  await threadWith(product, 'FIRST');
}, 120_000);
afterAll(() => product?.close(), 30_000);

const post = (channel: Channel, message: object) => postCustom(product, channel, message);

describe('an agent of another team', () => {
  const WORD = 'TABOO1';
  let thread: Thread;
  let agentToken: string;
  let agentCookie: string;
  let tokenId: string;
  let personId: string;
  beforeAll(async () => {
    const team = await product.post<{ id: string }>('teams', { name: 'Secret' });
    const other = await product.post<{ id: string }>('teams', { name: 'Other' });
    const channel = await product.post<Channel>('channels', {
      kind: 'custom',
      name: 'Secret',
      config: {},
      teamIds: [team.id],
    });
    const content = Buffer.from(WORD).toString('base64');
    await post(channel, {
      from: { address: WORD, name: WORD },
      text: WORD,
      attachments: [{ name: 'a', contentType: 'text/plain', content }],
    });
    thread = await threadWith(product, WORD);
    const who = { email: 'agent@shop.test', password: 'correct-horse-battery-9' };
    const person = await product.post<{ id: string }>('people', {
      ...who,
      name: 'Agent',
      role: 'agent',
      teamIds: [other.id],
    });
    personId = person.id;
    const headers = { ...json, origin: product.url };
    const session = await ask(product, 'POST', '/api/v1/session', { headers, body: JSON.stringify(who) });
    agentCookie = session.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const made = await ask(product, 'POST', '/api/v1/tokens', {
      headers: { ...headers, cookie: agentCookie },
      body: '{"name":"a"}',
    });
    ({ token: agentToken, id: tokenId } = JSON.parse(made.text) as { token: string; id: string });
  }, 40_000);

  it('sees nothing of it anywhere', async () => {
    const headers = bearer(agentToken);
    const [message] = thread.messages;
    const waits = await product.get<{ items: { id: string }[] }>(`sla/waits?conversation=${thread.id}`);
    const gone = [
      `conversations/${thread.id}`,
      `conversations/${thread.id}/messages`,
      `conversations/${thread.id}/draft`,
      `customers/${thread.customer.id}`,
      `messages/${message!.id}/raw`,
      message!.attachments[0]!.url.replace('/api/v1/', ''),
      `sla/waits/${waits.items[0]!.id}`,
      `sla/waits/${waits.items[0]!.id}/explanation`,
    ];
    for (const where of gone)
      expect([where, (await ask(product, 'GET', `/api/v1/${where}`, { headers })).status]).toEqual([where, 404]);
    const lists = [
      'conversations',
      `conversations?q=${WORD}`,
      `conversations?customer=${thread.customer.id}`,
      'customers',
      `customers?q=${WORD}`,
      'changes',
      'sla/waits',
      `sla/waits?conversation=${thread.id}`,
      'sla/waits.csv',
      'reports/sla?groupBy=account',
      'reports/sla.csv?groupBy=account',
      'deliveries',
      'channels',
    ];
    for (const where of lists) {
      const { status, text } = await ask(product, 'GET', `/api/v1/${where}`, { headers });
      const found = [WORD, thread.id, thread.customer.id].filter((secret) => text.includes(secret));
      expect([where, status < 500, found]).toEqual([where, true, []]);
    }
    expect(JSON.parse((await ask(product, 'GET', '/api/v1/counts', { headers })).text).inbox).toBe(
      (
        JSON.parse((await ask(product, 'GET', '/api/v1/conversations?limit=200', { headers })).text) as {
          items: ConversationView[];
        }
      ).items.filter(({ status }) => status === 'open').length,
    );
  });

  it('changes nothing of it, and merges nothing with it', async () => {
    const own = await threadWith(product, 'FIRST');
    const write = async (method: string, where: string, body: object) =>
      (
        await ask(product, method, `/api/v1/${where}`, {
          headers: { ...bearer(agentToken), ...json },
          body: JSON.stringify(body),
        })
      ).status;
    const clientId = randomUUID();
    expect(await write('PATCH', `conversations/${thread.id}`, { priority: 'high' })).toBe(404);
    expect(await write('PATCH', `conversations/${thread.id}`, { assigneeId: personId })).toBe(404);
    expect(await write('POST', `conversations/${thread.id}/notes`, { clientId, text: 'x' })).toBe(404);
    expect(await write('POST', `conversations/${thread.id}/replies`, { clientId, text: 'x', seenSeq: 1 })).toBe(404);
    expect(await write('POST', `conversations/${own.id}/merge`, { intoId: thread.id })).toBe(404);
    expect(await write('POST', `conversations/${thread.id}/merge`, { intoId: own.id })).toBe(404);
    expect(await write('POST', `conversations/${thread.id}/split`, { fromSeq: 2 })).toBe(404);
    expect(await write('POST', `customers/${own.customer.id}/merge`, { intoId: thread.customer.id })).toBe(404);
    expect(await write('PATCH', `customers/${thread.customer.id}`, { displayName: 'x' })).toBe(404);
  });

  it('hears nothing on a socket, and a revoked token or session cuts it', async () => {
    const open = async (options: object) => {
      const socket = io(`${product.url}/agents`, {
        forceNew: true,
        reconnection: false,
        transports: ['websocket'],
        ...options,
      });
      const heard: ChangeView[] = [];
      socket.on('event', (change: ChangeView) => heard.push(change));
      await new Promise((done, fail) => socket.once('connect', () => done(null)).once('connect_error', fail));
      return { socket, heard };
    };
    const byToken = await open({ auth: { token: agentToken } });
    const byCookie = await open({ extraHeaders: { cookie: agentCookie, origin: product.url } });
    await product.post(`conversations/${thread.id}/notes`, { clientId: randomUUID(), text: 'secret note' });
    await post(custom, { text: 'OPENLY' });
    await eventually(() => byToken.heard.length > 0 && byCookie.heard.length > 0, 10_000);
    expect([...byToken.heard, ...byCookie.heard].filter(({ conversationId }) => conversationId === thread.id)).toEqual(
      [],
    );
    const watched = (await byToken.socket.timeout(5_000).emitWithAck('watch', { conversationId: thread.id })) as {
      ok?: boolean;
    };
    expect(watched.ok).not.toBe(true);

    await ask(product, 'DELETE', `/api/v1/tokens/${tokenId}`, {
      headers: { cookie: agentCookie, origin: product.url },
    });
    await eventually(() => byToken.socket.disconnected, 5_000);
    expect((await ask(product, 'GET', '/api/v1/conversations', { headers: bearer(agentToken) })).status).toBe(401);
    await ask(product, 'DELETE', '/api/v1/session', { headers: { cookie: agentCookie, origin: product.url } });
    await eventually(() => byCookie.socket.disconnected, 5_000);
    expect((await ask(product, 'GET', '/api/v1/conversations', { headers: { cookie: agentCookie } })).status).toBe(401);
  }, 40_000);
});
