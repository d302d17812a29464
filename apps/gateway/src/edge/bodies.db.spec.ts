import { newId } from '#kernel';
import { GatewayHarness } from '../testing/gateway-harness.js';
import { type Route, routesOf } from '../testing/route-table.js';

/** These take more, each for a reason of its own: files in base64; what providers sign. */
const LARGER = ['CustomController.take', 'WebhookController.receive', 'WebhookController.status'];

describe('bodies', () => {
  let gateway: GatewayHarness;
  let token: string;
  let routes: Route[];
  beforeAll(async () => {
    gateway = await GatewayHarness.start();
    token = await gateway.token();
    routes = routesOf(gateway.running.app).filter(
      ({ method, path }) => ['POST', 'PUT', 'PATCH'].includes(method) && !path.startsWith('/internal/'),
    );
  });
  afterAll(() => gateway?.close());

  const send = (method: string, path: string, body: string, options: { token?: string } = {}) =>
    gateway.call<{ code: string; detail: string }>(method, path.replace(/:\w+/g, newId()), { body, ...options });
  const padded = (bytes: number) => JSON.stringify({ email: 'x'.repeat(bytes - 12) });
  async function within(ms: number, work: () => Promise<void>): Promise<void> {
    const began = performance.now();
    await work();
    expect(performance.now() - began).toBeLessThan(ms);
  }

  it('over 64 kB is refused by every route that does not say otherwise, whoever sends it', async () => {
    const small = routes.filter((route) => !LARGER.includes(route.handler));
    expect(small.length).toBeGreaterThan(8);
    for (const route of small) {
      for (const options of [{}, { token }]) {
        const { status, body } = await send(route.method, route.path, padded(64 * 1024 + 1), options);
        expect([route.handler, status, body.code]).toEqual([route.handler, 413, 'too_large']);
        expect(body.detail).toContain('64 kB');
      }
    }
  });

  it('64 kB are looked at', async () => {
    const answer = await send('POST', '/api/v1/session', padded(64 * 1024));
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid']);
  });

  it('without a length it is counted as it comes', async () => {
    const part = new TextEncoder().encode(' '.repeat(16 * 1024));
    const body = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 8; n++) controller.enqueue(part);
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const answer = await fetch(`${gateway.url}/api/v1/session`, init);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'too_large' });
  });

  it('a large one from a stranger is not read where only people who signed in may send one', () =>
    within(2_000, async () => {
      const answer = await send('POST', '/api/v1/channels/:id/messages', padded(20_000_000));
      expect([answer.status, answer.body.code]).toEqual([401, 'not_signed_in']);
    }));

  it('the same from somebody who did is', async () => {
    const path = '/api/v1/channels/:id/messages';
    expect((await send('POST', path, padded(3_000_000), { token })).status).toBe(404);
    const more = await send('POST', path, padded(26 * 1024 * 1024), { token }).catch(() => null);
    expect(more === null || more.status === 413).toBe(true); // the connection may close before the answer is read
  });

  it.each([
    ['arrays', '['.repeat(60_000)],
    ['objects', '{"a":'.repeat(12_000)],
    ['closed arrays', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['a list of many', `{"a":[${'0,'.repeat(30_000)}0]}`],
    ['many fields', `{${Array.from({ length: 6_000 }, (_, n) => `"${n}":1`).join()}}`],
    ['numbers without end', `{"a":${'9'.repeat(60_000)}}`],
    ['one key many times', `{${'"a":1,'.repeat(9_000)}"a":1}`],
    ['a prototype', '{"__proto__":{"role":"admin"},"email":"a@b.test","password":"x"}'],
    ['a constructor', '{"constructor":{"prototype":{"role":"admin"}},"email":"a@b.test","password":"x"}'],
  ])('E2 %s cost little and are malformed', (_, body) =>
    within(1_500, async () => {
      const answer = await send('POST', '/api/v1/session', body);
      expect([answer.status, answer.body.code?.length > 0]).toEqual([400, true]);
    }),
  );

  it('E2 twenty MB of nesting cost no more where they are let in', () =>
    within(3_000, async () => {
      const deep = '['.repeat(10_000_000) + ']'.repeat(10_000_000);
      const answer = await send('POST', '/api/v1/channels/:id/messages', `{"text":${deep}}`, { token });
      expect([400, 404]).toContain(answer.status);
      expect((await gateway.call('GET', '/healthz')).status).toBe(200);
    }));

  it('L1 what a provider might have sent is not parsed before it is proven', () =>
    within(2_000, async () => {
      const deep = '['.repeat(5_000_000);
      const answer = await send('POST', '/webhooks/messenger/:channelId', deep);
      expect(answer.status).toBe(404);
    }));

  it('M3 a request that never ends is cut', () => {
    const server = gateway.running.app.getHttpServer() as { requestTimeout: number; headersTimeout: number };
    expect(server.requestTimeout).toBeGreaterThan(0);
    expect(server.requestTimeout).toBeLessThanOrEqual(300_000);
    expect(server.headersTimeout).toBeLessThanOrEqual(60_000);
  });

  it('G3 a form from another page signs nobody in', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'email=owner@shop.test&password=correct-horse-battery-7';
    const answer = await gateway.call<{ code: string }>('POST', '/api/v1/session', { body, headers });
    expect([answer.status, answer.body.code]).toEqual([400, 'not_an_object']);
  });
});
