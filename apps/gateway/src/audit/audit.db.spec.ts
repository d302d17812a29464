import type { AuditView, Page } from '#contracts';
import { newId } from '#kernel';
import { GatewayHarness } from '../testing/gateway-harness.js';
import { auditedAct } from './audited-acts.rules.js';

describe('the trail of privileged acts', () => {
  let gateway: GatewayHarness;
  let token: string;
  let ownerId: string;
  beforeAll(async () => {
    gateway = await GatewayHarness.start();
    token = await gateway.token();
    ownerId = (await gateway.call<{ person: { id: string } }>('GET', '/api/v1/session', { token })).body.person.id;
  });
  afterAll(() => gateway?.close());

  const read = (query = '', as = token) => gateway.call<Page<AuditView>>('GET', `/api/v1/audit${query}`, { token: as });
  const actions = async (query: string) => (await read(query)).body.items.map((entry) => entry.action);

  it('M4 names who did what to whom, newest first', async () => {
    const made = await gateway.call<{ id: string }>('POST', '/api/v1/people', {
      token,
      body: { email: 'ion@shop.test', name: 'Ion', role: 'agent' },
    });
    gateway.clock.advance(1_000);
    await gateway.call('PATCH', `/api/v1/people/${made.body.id}`, { token, body: { role: 'lead' } });
    const [changed, created] = (await read(`?subject=${made.body.id}`)).body.items;
    expect(changed).toMatchObject({
      action: 'person.changed',
      actor: { id: ownerId, name: 'owner' },
      subject: { kind: 'person', id: made.body.id, name: 'Ion' },
    });
    expect(created).toMatchObject({ action: 'person.created' });
    expect(Date.parse(changed!.at) - Date.parse(created!.at)).toBe(1_000);
    expect(changed!.correlationId).toMatch(/^[\w-]{8,64}$/);
  });

  it('is read by administrators only', async () => {
    for (const role of ['agent', 'lead', 'manager']) {
      const { token: theirs } = await gateway.person(role);
      expect([role, (await read('', theirs)).status]).toEqual([role, 403]);
    }
  });

  it('is filtered by person, by act and by subject', async () => {
    const admin = await gateway.person('admin');
    await gateway.call('POST', '/api/v1/teams', { token: admin.token, body: { name: 'Night' } });
    expect(await actions(`?actor=${admin.id}`)).toEqual(['team.created', 'token.created', 'session.opened']);
    expect(await actions(`?actor=${admin.id}&action=team`)).toEqual(['team.created']);
    expect(await actions(`?actor=${admin.id}&action=token.created`)).toEqual(['token.created']);
    expect(await actions(`?actor=${admin.id}&action=token.revoked`)).toEqual([]);
    expect(await actions(`?subject=${newId()}`)).toEqual([]);
  });

  it('is paged without a gap and without a repeat, also within one instant', async () => {
    for (let n = 0; n < 7; n++) await gateway.call('POST', '/api/v1/teams', { token, body: { name: `Team ${n}` } });
    const whole = (await read('?limit=200')).body.items.map((entry) => entry.id);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { items, nextCursor }: Page<AuditView> = (await read(`?limit=3&cursor=${cursor}`)).body;
      paged.push(...items.map((entry) => entry.id));
      cursor = nextCursor;
    }
    expect(paged).toEqual(whole);
    expect(new Set(whole).size).toBe(whole.length);
  });

  it.each(['?actor=x', '?action=DROP', '?action=a.b.c', '?subject=1', '?limit=0', '?cursor=zzz', '?actor=a&actor=b'])(
    '%s is refused in words',
    async (query) => expect((await read(query)).status).toBe(400),
  );

  it('keeps what was written', async () => {
    for (const sql of ['update audit_entries set action = $1', 'delete from audit_entries where action = $1']) {
      await expect(gateway.context.db.query(sql, ['x'])).rejects.toThrow(/append-only/);
    }
  });
});

describe('acts that other apps carry out', () => {
  const id = newId();

  it.each([
    ['POST', '/api/v1/sla/policies', 'policy.created', null],
    ['PUT', `/api/v1/sla/policies/${id}`, 'policy.changed', id],
    ['DELETE', `/api/v1/sla/policies/${id}`, 'policy.removed', id],
    ['POST', '/api/v1/alerts/destinations', 'destination.created', null],
    ['PATCH', `/api/v1/alerts/destinations/${id}`, 'destination.changed', id],
    ['POST', `/api/v1/customers/${id}/merge`, 'customer.merged', id],
    ['POST', `/%61pi/v1/customers/${id.toUpperCase()}/merge`, 'customer.merged', id],
    ['GET', '/api/v1/sla/waits.csv', 'export.waits', null],
    ['HEAD', '/api/v1/reports/sla.csv', 'export.report', null],
  ])('%s %s is %s', (method, path, action, subjectId) =>
    expect(auditedAct(method, path)).toMatchObject({ action, subjectId }),
  );

  it.each([
    ['GET', '/api/v1/sla/policies'],
    ['GET', '/api/v1/sla/waits'],
    ['POST', `/api/v1/conversations/${id}/replies`],
    ['POST', '/api/v1/sla/policies%'],
    ['POST', `/files/api/v1/customers/${id}/merge`],
  ])('%s %s is none', (method, path) => expect(auditedAct(method, path)).toBeNull());
});
