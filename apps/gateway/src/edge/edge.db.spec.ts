import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ParkedView } from '#contracts';
import { type Identity, signFileLink, signIdentity } from '#platform';
import { eventually } from '#testing';
import { ProjectionHooks } from '../projection/projection-hooks.js';
import { GatewayHarness } from '../testing/gateway-harness.js';

describe('the public edge', () => {
  let gateway: GatewayHarness;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'kairos-web-'));
    mkdirSync(path.join(folder, 'assets'));
    writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Kairos</title>');
    writeFileSync(path.join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(path.join(folder, 'assets/index-B1a2c3d4.js'), `export const text = '${'x'.repeat(3_000)}';`);
    writeFileSync(`${folder}-secret.txt`, 'not served');
    gateway = await GatewayHarness.start({}, { webFolder: folder, ownHealth: false });
  });
  afterAll(async () => {
    await gateway?.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}-secret.txt`, { force: true });
  });

  it('G3 a change with a cookie from another site is refused, with a token it is not', async () => {
    const cookie = await gateway.signIn();
    const token = await gateway.token();
    const team = (headers: Record<string, string>, who: object) =>
      gateway.call<{ code: string }>('POST', '/api/v1/teams', { ...who, headers, body: { name: `T${Math.random()}` } });
    expect((await team({}, { cookie })).status).toBe(201);
    const foreign = await team({ origin: 'https://evil.test' }, { cookie });
    expect([foreign.status, foreign.body.code]).toEqual([403, 'foreign_origin']);
    expect(foreign.headers.get('content-type')).toContain('application/problem+json');
    expect((await team({ origin: 'https://evil.test' }, { token })).status).toBe(201);
    const disguised = { cookie, headers: { origin: 'https://evil.test' }, body: { name: 'Disguised' } };
    expect((await gateway.call('POST', '/%61pi/v1/teams', disguised)).status).toBe(403);
  });

  it('G2 a signed identity from outside is worth nothing, even with the right signature', async () => {
    const identity: Identity = { personId: 'x', role: 'admin', teamIds: [], scopes: [], via: 'token' };
    const forged = signIdentity('test-secret', identity, gateway.clock.now().getTime());
    const answer = await gateway.call('GET', '/api/v1/people', { headers: { 'x-kairos-identity': forged } });
    expect(answer.status).toBe(401);
  });

  it('scopes hold for every route', async () => {
    const token = await gateway.token(undefined, { scopes: ['messages'] });
    expect((await gateway.call('GET', '/api/v1/people', { token })).status).toBe(403);
    const read = await gateway.token(undefined, { scopes: ['read'] });
    expect((await gateway.call('GET', '/api/v1/people', { token: read })).status).toBe(200);
    expect((await gateway.call('POST', '/api/v1/teams', { token: read, body: { name: 'N' } })).status).toBe(403);
  });

  it('A2 a file comes with the headers that disarm it, by a link that lives for a minute', async () => {
    const { sha256 } = await gateway.context.blobs.put(Buffer.from('<script>alert(1)</script>'));
    const file = { kind: 'blob', sha256, name: 'x.html', contentType: 'text/html', inline: true } as const;
    const link = signFileLink('test-secret', file, gateway.clock.now().getTime());
    const answer = await gateway.call<string>('GET', link);
    expect([answer.status, answer.body]).toEqual([200, '<script>alert(1)</script>']);
    expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    const flipped = link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A');
    for (const wrong of [flipped, '/files/x', '/files/..%2f..%2fetc%2fpasswd', `/files/${'a'.repeat(1_900)}`]) {
      expect((await gateway.call('GET', wrong)).status).toBe(404);
    }
    gateway.clock.advance(61_000);
    expect((await gateway.call('GET', link)).status).toBe(404);
  });

  it('the page is served for its own addresses, files by name, and nothing else', async () => {
    const get = (address: string, headers: Record<string, string> = {}) =>
      gateway.call<string>('GET', address, { headers });
    for (const address of ['/', '/inbox/123', '/settings?x=1', '/index.html', '/inbox/%E0', '/100%?x=%E0']) {
      const answer = await get(address);
      expect([address, answer.status, answer.headers.get('cache-control')]).toEqual([address, 200, 'no-cache']);
      expect(answer.body).toContain('<title>Kairos</title>');
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
    }
    const script = await get('/assets/index-B1a2c3d4.js', { 'accept-encoding': 'gzip' });
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-encoding')).toBe('gzip');
    expect(script.body).toContain('export const text');
    const again = await get('/assets/index-B1a2c3d4.js', { 'if-none-match': script.headers.get('etag')! });
    expect(again.status).toBe(304);
    const missing = [
      '/api/v1/nothing',
      '/api/v1/%E0',
      '/api',
      '/webhooks/x',
      '/assets/gone.js',
      '/..%2fsecret.txt',
      '/%2e%2e/x-secret.txt',
      `/../${path.basename(folder)}-secret.txt`,
      '/internal/x',
    ];
    for (const address of missing) {
      const answer = await get(address);
      expect([address, answer.body.toString().includes('not served')]).toEqual([address, false]);
      if (!address.includes('..')) expect([address, answer.status]).toEqual([address, 404]);
    }
    const problem = await gateway.call<{ code: string }>('GET', '/api/v1/nothing');
    expect(problem.body.code).toBe('not_found');
  });

  it('the surface is described in OpenAPI, without what is internal', async () => {
    const answer = await gateway.call<{ openapi: string; paths: Record<string, object> }>(
      'GET',
      '/api/v1/openapi.json',
    );
    expect(answer.status).toBe(200);
    expect(answer.body.openapi).toMatch(/^3\./);
    const described = Object.keys(answer.body.paths);
    for (const route of ['/api/v1/session', '/api/v1/channels/{id}', '/api/v1/changes', '/api/v1/parked/{id}/replay']) {
      expect(described).toContain(route);
    }
    expect(described.filter((route) => route.startsWith('/internal'))).toEqual([]);
  });

  it('an event that cannot be handled is listed, and handled once its cause is mended', async () => {
    const token = await gateway.token();
    let broken = true;
    gateway.running.app.get(ProjectionHooks, { strict: false }).register('channel.delivery.v1', async () => {
      if (broken) throw new Error('the thing is broken');
    });
    const payload = { conversationId: '00000000-0000-7000-8000-000000000abc', messageId: 'm' } as never;
    await gateway.tell({ type: 'delivery.changed', key: 'k', payload, occurredAt: gateway.clock.now() });
    const list = () => gateway.call<{ items: ParkedView[] }>('GET', '/api/v1/parked', { token });
    const [entry] = await eventually(async () =>
      (await list()).body.items.length > 0 ? (await list()).body.items : null,
    );
    expect(entry).toMatchObject({ app: 'gateway', type: 'delivery.changed', key: 'k', error: 'the thing is broken' });
    const replay = (id: string) => gateway.call<{ code: string }>('POST', `/api/v1/parked/${id}/replay`, { token });
    const still = await replay(entry!.id);
    expect([still.status, still.body.code]).toEqual([409, 'replay_failed']);
    broken = false;
    expect((await replay(entry!.id)).body).toEqual({ replayed: 1 });
    expect((await list()).body.items).toEqual([]);
    expect((await replay(entry!.id)).status).toBe(404);
    expect((await replay('nonsense')).status).toBe(404);
  });

  it('wrong content types, broken JSON and huge bodies are refused as problems', async () => {
    const send = (headers: Record<string, string>, body: string) =>
      gateway.call<{ code: string }>('POST', '/api/v1/session', { headers, body });
    expect((await send({ 'content-type': 'application/json' }, '{"a"')).status).toBe(400);
    expect((await send({ 'content-type': 'application/json' }, '{"__proto__":{}}')).status).toBe(400);
    expect((await send({ 'content-type': 'application/x-nonsense' }, 'x')).status).toBe(400);
    expect((await send({ 'content-type': 'text/plain' }, 'x')).status).toBe(400);
  });
});
