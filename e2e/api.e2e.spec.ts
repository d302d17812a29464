import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuditView, Page } from '#contracts';
import { type ApiDocument, DescribedAnswers, eventually } from '#testing';
import { threadWith } from './lib/customers.js';
import { ask, bearer, json } from './lib/outsider.js';
import { Product, shapes } from './lib/product.js';

/** Signing in, health, and what providers sign. */
const OPEN_TO_ALL =
  /^(POST \/api\/v1\/session|\w+ \/api\/v1\/setup|\w+ \/webhooks\/.*|GET \/(healthz|readyz|metrics))$/;

/** A program on this machine that takes the replies of a custom channel. */
class Shop {
  readonly heard: { text: string }[] = [];
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.heard.push(JSON.parse(Buffer.concat(chunks).toString()) as { text: string });
      response.end('{"id":"theirs-1"}');
    });
  });
  url = '';
  async open(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/replies`;
  }
  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe.each(shapes())('what programs are told about the surface (%s)', (shape) => {
  let product: Product;
  let api: DescribedAnswers;
  const shop = new Shop();
  const faults: string[] = [];

  beforeAll(async () => {
    await shop.open();
    product = await Product.start(shape);
    api = new DescribedAnswers(JSON.parse((await ask(product, 'GET', '/api/v1/openapi.json')).text) as ApiDocument);
  }, 180_000);
  afterAll(async () => {
    shop.close();
    await product?.close();
  }, 60_000);

  /** Calls and holds the answer against the description. */
  async function go<T = { id: string }>(method: string, path: string, body?: unknown, id = ''): Promise<T> {
    const where = path.replace(/\{\w+\}/, id);
    const headers = { ...bearer(product.token), ...(body === undefined ? {} : json) };
    const init = { headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await ask(product, method, where, init);
    const read = answer.type.includes('json') ? (JSON.parse(answer.text) as unknown) : answer.text;
    faults.push(...api.faults(method, path.split('?')[0]!, { status: answer.status, body: read }));
    return read as T;
  }

  it('every operation says what it answers and how it refuses', () => {
    expect(api.operations.length).toBeGreaterThan(55);
    expect(api.silent()).toEqual([]);
  });

  it('D nobody gets anything of it without signing in, and nobody a 500', async () => {
    const open: string[] = [];
    for (const { name } of api.operations.filter((one) => !OPEN_TO_ALL.test(one.name))) {
      const [method, path] = name.split(' ') as [string, string];
      const init = method === 'GET' ? {} : { headers: json, body: '{}' };
      const nobody = await ask(product, method, path.replace(/\{\w+\}/, randomUUID()), init);
      if (nobody.status !== 401) open.push(`${name} answers nobody with ${nobody.status}`);
      if (name === 'DELETE /api/v1/session') continue; // would end this very session
      const headers = { ...bearer(product.token), ...json };
      const signed = { headers, ...(method === 'GET' ? {} : { body: '{}' }) };
      const { status } = await ask(product, method, path.replace(/\{\w+\}/, randomUUID()), signed);
      if (status >= 500 || status === 401) open.push(`${name} answers an administrator with ${status}`);
    }
    expect(open).toEqual([]);
  });

  it('a field too many or one too few would be noticed', () => {
    const page = (item: object) => ({ status: 200, body: { items: [item], nextCursor: null } });
    const team = { id: 'x', name: 'Day', memberIds: [] };
    expect(api.faults('GET', '/api/v1/teams', page(team))).toEqual([]);
    expect(api.faults('GET', '/api/v1/teams', page({ ...team, secret: 1 }))).toHaveLength(1);
    expect(api.faults('GET', '/api/v1/teams', page({ ...team, name: null }))).toHaveLength(1);
    expect(api.faults('GET', '/api/v1/teams', page({ id: 'x', name: 'Day' }))).toHaveLength(1);
  });

  it('a conversation from its first word to its answer is as described, and the answer reaches the shop', async () => {
    const config = { replyUrl: shop.url };
    const channel = await go('POST', '/api/v1/channels', { kind: 'custom', name: 'Forum', config });
    const message = (externalId: string, address: string, text: string) =>
      go('POST', '/api/v1/channels/{id}/messages', { externalId, from: { address }, text }, channel.id);
    await message('m1', 'dora', 'Where is it, INDIA1?');
    await message('m2', 'dan', 'And mine, JULIET2?');
    const { id, seq, customer } = await threadWith(product, 'Where is it, INDIA1?');
    const other = await threadWith(product, 'And mine, JULIET2?');
    const at = '/api/v1/conversations/{id}';
    await go('PATCH', at, { priority: 'high', tags: ['parcel'] }, id);
    await go('POST', `${at}/notes`, { clientId: randomUUID(), text: 'Looks lost.' }, id);
    await go('PUT', `${at}/draft`, { text: 'Dear', kind: 'reply' }, id);
    await go('GET', `${at}/draft`, undefined, id);
    const reply = { clientId: randomUUID(), text: 'It is on its way.', seenSeq: seq };
    await go('POST', `${at}/replies`, reply, id);
    await eventually(() => shop.heard.length === 1);
    expect(shop.heard).toMatchObject([{ text: 'It is on its way.' }]);
    await go('POST', `${at}/replies`, { ...reply, clientId: 'x', seenSeq: 0 }, id); // 400 or 409
    await go('GET', at, undefined, id);
    await go('GET', `${at}/messages`, undefined, id);
    await go('GET', '/api/v1/customers/{id}', undefined, customer.id);
    await go('PATCH', '/api/v1/customers/{id}', { displayName: 'Dora' }, customer.id);
    await go('POST', '/api/v1/customers/{id}/merge', { intoId: other.customer.id }, customer.id);
    expect(faults).toEqual([]);
  });

  it('lists, promises, alerts and figures are as described', async () => {
    const lists = [
      'conversations',
      'customers',
      'counts',
      'people',
      'teams',
      'tokens',
      'channels',
      'changes',
      'parked',
    ];
    for (const list of [...lists, 'audit', 'session', 'setup', 'deliveries', 'sla/policies', 'sla/waits']) {
      await go('GET', `/api/v1/${list}`);
    }
    const [wait] = (await go<Page<{ id: string }>>('GET', '/api/v1/sla/waits')).items;
    await go('GET', '/api/v1/sla/waits/{id}', undefined, wait!.id);
    await go('GET', '/api/v1/sla/waits/{id}/explanation', undefined, wait!.id);
    const targets = [{ kind: 'first_response', target: 'PT1H', basis: 'clock' }];
    const policy = { name: 'Forum', rank: 5, scope: { channelKinds: ['custom'] }, targets, warnAt: [0.5], chain: [] };
    const { id: policyId } = await go('POST', '/api/v1/sla/policies', policy);
    await go('PUT', '/api/v1/sla/policies/{id}', { ...policy, rank: 6 }, policyId);
    await go('DELETE', '/api/v1/sla/policies/{id}', undefined, policyId);
    const boss = { kind: 'email', name: 'Boss', config: { address: 'boss@shop.test' } };
    const { id: bossId } = await go('POST', '/api/v1/alerts/destinations', boss);
    await go('POST', '/api/v1/alerts/destinations/{id}/test', undefined, bossId);
    await go('GET', '/api/v1/alerts/destinations');
    const week = 'from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z';
    await go('GET', `/api/v1/reports/sla?${week}&groupBy=agent`);
    await go('GET', `/api/v1/reports/sla.csv?${week}`);
    await go('GET', '/api/v1/sla/waits.csv');
    for (const where of ['/healthz', '/readyz', '/metrics']) await go('GET', where);
    expect(faults).toEqual([]);
  });

  it('what was done with rights that not everybody has stands in the trail', async () => {
    const { items } = await go<Page<AuditView>>('GET', '/api/v1/audit?limit=200');
    const acts = items.map((entry) => entry.action).reverse();
    for (const act of ['channel.created', 'customer.merged', 'policy.created', 'policy.changed', 'policy.removed']) {
      expect(acts).toContain(act);
    }
    expect(acts).toEqual(expect.arrayContaining(['destination.created', 'destination.tested', 'export.waits']));
    expect(JSON.stringify(items)).not.toMatch(/xoxb|kairos_[A-Za-z0-9]{20}/);
  });
});
