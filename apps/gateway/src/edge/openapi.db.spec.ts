import { newId } from '#kernel';
import { type ApiDocument, DescribedAnswers } from '#testing';
import { GatewayHarness } from '../testing/gateway-harness.js';
import { routesOf } from '../testing/route-table.js';

/** Not for programs: files behind signed links, pages, the description itself. */
const NOT_DESCRIBED = /^\/(files|widget|internal|api\/v1\/openapi)/;

describe('the description of the surface', () => {
  let gateway: GatewayHarness;
  let token: string;
  let api: DescribedAnswers;
  beforeAll(async () => {
    gateway = await GatewayHarness.start();
    token = await gateway.token();
    api = new DescribedAnswers((await gateway.call<ApiDocument>('GET', '/api/v1/openapi.json')).body);
  });
  afterAll(() => gateway?.close());

  it('names every route', () => {
    const named = new Set(api.operations.map(({ name }) => name));
    const routes = routesOf(gateway.running.app).filter(({ path }) => !NOT_DESCRIBED.test(path));
    expect(routes.length).toBeGreaterThan(20);
    const missing = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(missing.filter((name) => !named.has(name))).toEqual([]);
  });

  it('says of every route what it answers, and how it refuses', () => {
    expect(api.silent()).toEqual([]);
  });

  it('tells the truth: what is really answered is as described', async () => {
    const faults: string[] = [];
    const go = async (method: string, path: string, body?: unknown, id = '') => {
      const answer = await gateway.call<{ id: string }>(method, path.replace(/\{\w+\}/, id), { token, body });
      faults.push(...api.faults(method, path, answer));
      return answer.body;
    };
    const person = { email: 'ana@shop.test', name: 'Ana', role: 'agent', password: 'a-long-enough-password' };
    const { id: personId } = await go('POST', '/api/v1/people', person);
    await go('PATCH', '/api/v1/people/{id}', { phone: '+40711111111' }, personId);
    const { id: teamId } = await go('POST', '/api/v1/teams', { name: 'Day', memberIds: [personId] });
    await go('PATCH', '/api/v1/teams/{id}', { name: 'Night' }, teamId);
    await go('POST', '/api/v1/tokens', { name: 'Import', scopes: ['read'] });
    const chat = await go('POST', '/api/v1/channels', {
      kind: 'webchat',
      name: 'Chat',
      config: { allowedOrigins: [] },
    });
    await go('PATCH', '/api/v1/channels/{id}', { teamIds: [teamId] }, chat.id);
    const custom = await go('POST', '/api/v1/channels', { kind: 'custom', name: 'Forum', config: {} });
    const message = { externalId: 'm1', from: { address: 'dora' }, text: 'Hello' };
    await go('POST', '/api/v1/channels/{id}/messages', message, custom.id);
    await go('GET', '/api/v1/channels/{id}', undefined, custom.id);
    for (const list of ['people', 'teams', 'tokens', 'channels', 'changes', 'parked', 'audit', 'session', 'setup']) {
      await go('GET', `/api/v1/${list}`);
    }
    await go('GET', '/healthz');
    await go('GET', '/readyz');
    await go('GET', '/api/v1/channels/{id}', undefined, newId()); // 404
    await go('POST', '/api/v1/people', { ...person, email: 'no address' }); // 400
    await go('POST', '/api/v1/people', person); // 409
    await go('POST', '/api/v1/session', { email: 'x@shop.test', password: 'wrong-wrong-wrong' }); // 401
    expect(faults).toEqual([]);
  });
});
