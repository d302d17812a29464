import { createHmac } from 'node:crypto';
import type { ConversationView } from '#contracts';
import { type Channel, connect, threadWith } from './lib/customers.js';
import { type Answer, ask, bearer, everyPage, flaw, json, postCustom } from './lib/outsider.js';
import { Product } from './lib/product.js';

let product: Product;
let sms: Channel;
let custom: Channel;
beforeAll(async () => {
  product = await Product.start('standalone');
  sms = await connect(product, 'sms');
  custom = await connect(product, 'custom');
}, 120_000);
afterAll(() => product?.close(), 30_000);

const signed = () => bearer(product.token);
const post = (channel: Channel, message: object) => postCustom(product, channel, message);

interface Route {
  method: string;
  path: string;
}

async function routes(): Promise<Route[]> {
  const description = await product.get<{ paths: Record<string, Record<string, unknown>> }>('openapi.json');
  return Object.entries(description.paths).flatMap(([where, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: where })),
  );
}

const SOME_ID = '00000000-0000-4000-8000-000000000000';
const filled = (where: string, id = SOME_ID) =>
  where.replace('{kind}', 'sms').replace('{channelId}', sms.id).replace('{id}', id);

/** Asks all of it, a few at a time, and says what was answered badly. */
async function flawsOf(requests: { method: string; path: string; init?: RequestInit }[]): Promise<string[]> {
  const flaws: string[] = [];
  const rest = [...requests];
  const asker = async () => {
    for (let one = rest.shift(); one; one = rest.shift()) {
      const wrong = flaw(await ask(product, one.method, one.path, one.init));
      if (wrong) flaws.push(`${one.method} ${one.path.slice(0, 120)}: ${wrong}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, asker));
  return flaws;
}

describe('whatever is sent to a route', () => {
  it('a query full of SQL, lists, null bytes and foreign cursors is a clear no', async () => {
    const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const values = ["'; drop table messages; --", 'a\u0000b', '1 or 1=1', 'x'.repeat(9_000), '99999999999999999999'];
    const cursors = [
      [1],
      [{}, []],
      [null, null],
      [true, 9e15],
      ['\u0000', '\u0000'],
      ['due', 'infinity', 'x', SOME_ID],
    ];
    const names = [
      'q',
      'status',
      'channel',
      'customer',
      'conversation',
      'tag',
      'from',
      'tz',
      'sort',
      'since',
      'afterSeq',
    ];
    const queries = [
      ...names.flatMap((name) => [
        ...values.map((value) => `${name}=${encodeURIComponent(value)}`),
        `${name}=a&${name}=b`,
        `${name}[a]=b`,
        `${name}=%ff%fe`,
      ]),
      ...['0', '-1', '201', 'abc', '1e3', ''].map((limit) => `limit=${limit}`),
      ...cursors.map((value) => `cursor=${cursor(value)}`),
      'cursor=%21%21',
      `a=${'1'.repeat(40_000)}`,
    ];
    const lists = (await routes()).filter(
      ({ method, path: where }) => method === 'GET' && !/metrics|readyz/.test(where),
    );
    const headers = signed();
    expect(lists.length).toBeGreaterThan(20);
    expect(
      await flawsOf(
        lists.flatMap(({ method, path: where }) =>
          queries.map((query) => ({ method, path: `${filled(where)}?${query}`, init: { headers } })),
        ),
      ),
    ).toEqual([]);
    for (const limit of ['0', '-1', '201', 'abc']) {
      expect((await ask(product, 'GET', `/api/v1/conversations?limit=${limit}`, { headers })).status).toBe(400);
    }
  }, 100_000);

  it('a body that is broken, deep, a list, raw or full of null bytes is a clear no', async () => {
    const deep = (n: number) => `${'{"a":'.repeat(n)}1${'}'.repeat(n)}`;
    const bodies: [string, string][] = [
      ...['{', '', 'null', '[]', '"x"', deep(100), deep(20_000), '{"__proto__":{"x":1}}', '\u0000'].map(
        (body): [string, string] => ['application/json', body],
      ),
      ...['name', 'text', 'email', 'password', 'config', 'from', 'clientId', 'intoId', 'targets', 'tags'].flatMap(
        (field) =>
          [null, '\u0000', '\ud800', [], { a: {} }, 1e308, 'x'.repeat(100_000)].map((value): [string, string] => [
            'application/json',
            JSON.stringify({ [field]: value }),
          ]),
      ),
      ['text/plain', 'x'.repeat(1_000_000)],
      ['application/xml', '<x/>'],
      ['multipart/form-data', 'x'],
      ['multipart/form-data; boundary=x', '--x\r\n\r\n'],
      ['application/json; charset=utf-16', '{}'],
    ];
    const writes = (await routes()).filter(({ method }) => /POST|PUT|PATCH/.test(method));
    expect(writes.length).toBeGreaterThan(20);
    const requests = writes.flatMap(({ method, path: where }) =>
      bodies.map(([type, body]) => ({
        method,
        path: filled(where),
        init: { headers: { ...signed(), 'content-type': type }, body },
      })),
    );
    expect(await flawsOf(requests)).toEqual([]);
    const { status } = await ask(product, 'POST', '/api/v1/teams', { headers: { ...signed(), ...json }, body: '{' });
    expect(status).toBe(400);
  }, 100_000);

  it('an address that is no address is a clear no', async () => {
    const ids = ['%00', '%ff', "';--", 'x'.repeat(5_000), '%2e%2e', '__proto__'];
    const init = { headers: signed() };
    const places = (await routes()).filter(({ path: where }) => where.includes('{id}'));
    const requests = places.flatMap(({ method, path: where }) =>
      ids.map((id) => ({ method, path: filled(where, id), init })),
    );
    expect(await flawsOf([...requests, { method: 'GET', path: '/api/v1/nothing' }])).toEqual([]);
  });

  it('30 MB are refused before anything else, with or without a length, by anybody', async () => {
    const body = Buffer.alloc(30 * 1024 * 1024, 0x20);
    for (const where of ['/api/v1/session', '/api/v1/teams', `/webhooks/sms/${sms.id}`, '/webhooks/sms/x']) {
      const known = await ask(product, 'POST', where, { headers: json, body }).catch(cutOff);
      expect([where, known.status]).toEqual([where, 413]);
      const chunks = new Blob([body]).stream();
      const init = { headers: json, body: chunks, duplex: 'half' } as RequestInit;
      const unknown = await ask(product, 'POST', where, init).catch(cutOff);
      expect([where, unknown.status]).toEqual([where, 413]);
    }
  }, 60_000);

  it('what is too large for its route is told so, by an app behind gateway as well', async () => {
    for (const where of [
      `/api/v1/conversations/${crypto.randomUUID()}/notes`,
      '/api/v1/sla/policies',
      '/api/v1/teams',
    ]) {
      for (const megabytes of [3, 10, 24]) {
        const body = JSON.stringify({ text: 'x'.repeat(megabytes * 1024 * 1024) });
        const { status, text: words } = await ask(product, 'POST', where, { headers: { ...signed(), ...json }, body });
        expect([where, megabytes, status]).toEqual([where, megabytes, 413]);
        expect(words).toContain('too_large');
      }
    }
  }, 60_000);

  it('a stranger cannot keep the product busy with a list of a million at the sign-in', async () => {
    const began = performance.now();
    const body = `[${'0,'.repeat(1_000_000)}0]`;
    expect((await ask(product, 'POST', '/api/v1/session', { headers: json, body })).status).toBe(413);
    expect(performance.now() - began).toBeLessThan(2_500);
  });
});

/** The connection was closed while we still wrote: the refusal may be lost on the way, as the interface allows. */
const cutOff = (): Answer => ({ status: 413, type: '', text: '', headers: new Headers() });

it('webhooks: unknown channel 404, wrong signature 401 whatever the content type, nothing stored', async () => {
  const before = (await everyPage<ConversationView>(product, 'conversations')).length;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const send = async (where: string, headers: Record<string, string>, body = 'From=%2B1&Body=x&MessageSid=SM1') =>
    (await ask(product, 'POST', where, { headers, body })).status;
  const here = `/webhooks/sms/${sms.id}`;
  expect(await send(`/webhooks/sms/${SOME_ID}`, form)).toBe(404);
  expect(await send(`/webhooks/messenger/${sms.id}`, form)).toBe(404);
  for (const type of ['application/x-www-form-urlencoded', 'application/xml', 'text/plain', 'a/b']) {
    for (const signature of ['', 'AAAA', createHmac('sha1', 'wrong').update('x').digest('base64')]) {
      const headers = { 'content-type': type, 'x-twilio-signature': signature };
      expect([type, await send(here, headers)]).toEqual([type, 401]);
    }
    expect(await send(here, { 'content-type': type })).toBe(401);
  }
  expect((await everyPage<ConversationView>(product, 'conversations')).length).toBe(before);
});

it('custom: null bytes, half emoji, bidi overrides and endless names are visible and clean', async () => {
  const name = `\u202egro.live\u0000${'N'.repeat(10_000)}`;
  const answer = await post(custom, { from: { address: 'odd', name }, text: 'ODD\u0000 \ud83d half' });
  expect([202, 400]).toContain(answer.status);
  const plain = await post(custom, {
    from: { address: 'odd2', name: '\u202egro.live' },
    text: 'ODD2\u0000 \ud83d half',
  });
  expect(plain.status).toBe(202);
  const thread = await threadWith(product, 'ODD2');
  expect(thread.customer.displayName).toBe('gro.live');
  expect(JSON.stringify(thread)).not.toMatch(/\\u0000|\\ud83d/);
});
