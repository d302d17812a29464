import type { Page, PersonView, TeamView, TokenView } from '#contracts';
import { eventually } from '#testing';
import { GatewayHarness, OWNER } from '../testing/gateway-harness.js';
import { SessionIdentityResolver } from './session-identity.resolver.js';

type Refusal = { code: string; detail: string };

describe('people', () => {
  let gateway: GatewayHarness;
  let admin: string;
  beforeAll(async () => {
    gateway = await GatewayHarness.start();
    admin = await gateway.token();
  });
  afterAll(() => gateway?.close());

  const create = (token: string, body: object) =>
    gateway.call<PersonView & Refusal>('POST', '/api/v1/people', {
      token,
      body: { email: `p${Math.random()}@shop.test`, name: 'Somebody', role: 'agent', ...body },
    });
  const patch = (token: string, id: string, body: object) =>
    gateway.call<PersonView & Refusal>('PATCH', `/api/v1/people/${id}`, { token, body });
  const session = (token: string) => gateway.call('GET', '/api/v1/session', { token });
  const owner = async () => (await session(admin)).body['person'] as PersonView;

  it('a person is added, told to the other apps, and may sign in', async () => {
    const { status, body } = await create(admin, {
      email: 'Maria@Shop.test',
      password: 'maria-s-password',
      language: 'el',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ email: 'maria@shop.test', role: 'agent', active: true, language: 'el', teamIds: [] });
    expect((await gateway.told('person.changed')).at(-1)).toEqual(body);
    await gateway.signIn({ email: 'MARIA@shop.test ', password: 'maria-s-password' });
    expect((await create(admin, { email: 'maria@SHOP.test' })).body.code).toBe('email_taken');
  });

  it('administrators are made by administrators, others by managers, nobody by agents', async () => {
    const manager = await gateway.person('manager');
    const lead = await gateway.person('lead');
    expect((await create(manager.token, { role: 'admin' })).status).toBe(403);
    expect((await create(manager.token, { role: 'manager' })).status).toBe(201);
    expect((await create(lead.token, {})).status).toBe(403);
    const agent = await create(manager.token, {});
    expect((await patch(manager.token, agent.body.id, { role: 'admin' })).status).toBe(403);
    expect((await patch(admin, agent.body.id, { role: 'admin' })).body.role).toBe('admin');
    expect((await patch(manager.token, agent.body.id, { name: 'Mine' })).status).toBe(403);
    await patch(admin, agent.body.id, { role: 'agent' });
  });

  it('everybody changes a few things about themselves and nothing of others', async () => {
    const agent = await gateway.person('agent');
    const other = await gateway.person('agent');
    const changed = await patch(agent.token, agent.id, {
      language: 'fa',
      timeZone: 'Asia/Tehran',
      name: 'Leila',
      phone: '+989121234567',
    });
    expect(changed.body).toMatchObject({
      language: 'fa',
      timeZone: 'Asia/Tehran',
      name: 'Leila',
      phone: '+989121234567',
    });
    for (const body of [{ role: 'lead' }, { teamIds: [] }, { email: 'x@y.test' }, { active: true }]) {
      expect((await patch(agent.token, agent.id, body)).status).toBe(403);
    }
    expect((await patch(agent.token, other.id, { name: 'Fool' })).status).toBe(403);
    const seen = await gateway.call<Page<PersonView>>('GET', '/api/v1/people?limit=200', { token: other.token });
    expect(seen.body.items.find(({ id }) => id === agent.id)).toMatchObject({
      name: 'Leila',
      email: agent.email,
      phone: null,
    });
  });

  it('the last active administrator can be neither demoted nor switched off, not even by two at once', async () => {
    const me = await owner();
    for (const body of [{ role: 'agent' }, { active: false }]) {
      const answer = await patch(admin, me.id, body);
      expect([answer.status, answer.body.code]).toEqual([409, 'last_admin']);
    }
    const second = await gateway.person('admin');
    const both = await Promise.all([
      patch(admin, second.id, { role: 'agent' }),
      patch(second.token, me.id, { role: 'agent' }),
    ]);
    const people = await gateway.context.db.query(`select id from persons where role = 'admin' and active`);
    expect(people).toHaveLength(1);
    expect(both.map((answer) => answer.status).sort()[0]).toBe(200);
    await gateway.context.db.query(`update persons set role = 'admin' where email = $1`, [OWNER.email]);
    await gateway.context.db.query(`update persons set role = 'agent' where email <> $1 and role = 'admin'`, [
      OWNER.email,
    ]);
    await gateway.context.db.query(`update versions set version = version + 1 where name = 'people'`);
    await eventually(async () => (await gateway.call('POST', '/api/v1/session', { body: OWNER })).status === 200);
    admin = await gateway.token();
  });

  it('G1 a new password ends what was signed in before; one’s own needs the present one', async () => {
    const agent = await gateway.person('agent');
    const cookie = await gateway.signIn({ email: agent.email, password: 'a-long-enough-password' });
    const own = (body: object) => gateway.call<Refusal>('PATCH', `/api/v1/people/${agent.id}`, { cookie, body });
    expect((await own({ password: 'another-password' })).body.code).toBe('current_password_needed');
    expect((await own({ password: 'another-password', currentPassword: 'wrong' })).status).toBe(400);
    const changed = await own({ password: 'another-password', currentPassword: 'a-long-enough-password' });
    expect(changed.status).toBe(200);
    expect((await gateway.call('GET', '/api/v1/session', { cookie })).status).toBe(200); // where it was changed
    expect((await session(agent.token)).status).toBe(401);
    const back = await gateway.call('POST', '/api/v1/session', {
      body: { email: agent.email, password: 'a-long-enough-password' },
    });
    expect(back.status).toBe(401);
    expect((await patch(admin, agent.id, { password: 'reset-by-the-owner' })).status).toBe(200);
    expect((await gateway.call('GET', '/api/v1/session', { cookie })).status).toBe(401);
  });

  it('D5 a lost role or a switched-off person is out at once, and open sockets are told', async () => {
    const lead = await gateway.person('lead');
    const heard: (string | null)[] = [];
    const off = gateway.running.app.get(SessionIdentityResolver, { strict: false }).onChanged((id) => heard.push(id));
    expect((await session(lead.token)).status).toBe(200);
    await patch(admin, lead.id, { active: false });
    off();
    expect((await session(lead.token)).status).toBe(401);
    expect(heard).toContain(lead.id);
    const again = await gateway.call('POST', '/api/v1/session', {
      body: { email: lead.email, password: 'a-long-enough-password' },
    });
    expect(again.status).toBe(401);
  });

  it('a change in another gateway process is believed within a second or so', async () => {
    const agent = await gateway.person('agent');
    expect((await session(agent.token)).status).toBe(200);
    await gateway.context.db.query('update persons set active = false where id = $1', [agent.id]);
    await gateway.context.db.query(`update versions set version = version + 1 where name = 'people'`);
    await eventually(async () => (await session(agent.token)).status === 401, 3_000);
  });

  it('teams have members, from either side, and the other apps hear of both', async () => {
    const agent = await gateway.person('agent');
    const made = await gateway.call<TeamView>('POST', '/api/v1/teams', {
      token: admin,
      body: { name: 'Returns', memberIds: [agent.id] },
    });
    expect(made.body).toEqual({ id: made.body.id, name: 'Returns', memberIds: [agent.id] });
    expect((await gateway.told('team.changed')).at(-1)).toEqual(made.body);
    expect((await gateway.told('person.changed')).at(-1)).toMatchObject({ id: agent.id, teamIds: [made.body.id] });
    expect((await patch(admin, agent.id, { teamIds: [] })).body.teamIds).toEqual([]);
    expect((await gateway.told('team.changed')).at(-1)).toMatchObject({ id: made.body.id, memberIds: [] });
    const twice = await gateway.call<Refusal>('POST', '/api/v1/teams', { token: admin, body: { name: 'Returns' } });
    expect([twice.status, twice.body.code]).toEqual([409, 'team_name_taken']);
    const renamed = await gateway.call<TeamView>('PATCH', `/api/v1/teams/${made.body.id}`, {
      token: admin,
      body: { name: 'Refunds' },
    });
    expect(renamed.body).toEqual({ id: made.body.id, name: 'Refunds', memberIds: [] });
    const nobody = '00000000-0000-7000-8000-00000000ffff';
    const wrong = await gateway.call<Refusal>('PATCH', `/api/v1/teams/${made.body.id}`, {
      token: admin,
      body: { memberIds: [nobody] },
    });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'unknown_person']);
    expect((await gateway.call('PATCH', `/api/v1/teams/${nobody}`, { token: admin, body: {} })).status).toBe(404);
  });

  it('lists are paged by name', async () => {
    const names: string[] = [];
    let cursor: string | null = '';
    do {
      const page: { body: Page<PersonView> } = await gateway.call('GET', `/api/v1/people?limit=3&cursor=${cursor}`, {
        token: admin,
      });
      names.push(...page.body.items.map((person) => person.email));
      cursor = page.body.nextCursor;
    } while (cursor);
    const [{ n }] = (await gateway.context.db.query<{ n: number }>('select count(*)::int as n from persons')) as [
      { n: number },
    ];
    expect([names.length, new Set(names).size]).toEqual([n, n]);
    for (const bad of [
      'limit=0',
      'limit=201',
      'limit=x',
      'cursor=zzz',
      `cursor=${Buffer.from('["a\\u0000",1]').toString('base64url')}`,
    ]) {
      expect((await gateway.call('GET', `/api/v1/people?${bad}`, { token: admin })).status).toBe(400);
    }
  });

  it('G4 tokens are shown once, listed with their last use, narrowed by scopes and revoked', async () => {
    const agent = await gateway.person('agent');
    const made = await gateway.call<TokenView & { token: string }>('POST', '/api/v1/tokens', {
      token: agent.token,
      body: { name: 'importer', scopes: ['read'] },
    });
    expect(made.body).toMatchObject({
      name: 'importer',
      scopes: ['read'],
      token: expect.stringMatching(/^kairos_[\w-]{43}$/),
    });
    const list = () => gateway.call<Page<TokenView>>('GET', '/api/v1/tokens', { token: agent.token });
    expect(JSON.stringify((await list()).body)).not.toContain(made.body.token);
    const entry = async () => (await list()).body.items.find(({ id }) => id === made.body.id)!;
    expect((await entry()).lastUsedAt).toBeNull();
    expect((await session(made.body.token)).status).toBe(200);
    expect((await entry()).lastUsedAt).toBe(gateway.clock.now().toISOString());
    const write = await patch(made.body.token, agent.id, { name: 'Changed' });
    expect(write.status).toBe(403);
    const wider = await gateway.call<Refusal>('POST', '/api/v1/tokens', {
      token: made.body.token,
      body: { name: 'wider' },
    });
    expect(wider.status).toBe(403);
    const foreign = await gateway.call('DELETE', `/api/v1/tokens/${made.body.id}`, { token: admin });
    expect(foreign.status).toBe(404);
    expect((await gateway.call('DELETE', `/api/v1/tokens/${made.body.id}`, { token: agent.token })).status).toBe(204);
    expect((await session(made.body.token)).status).toBe(401);
  });

  it('G1 a token ends by itself', async () => {
    const token = await gateway.token(OWNER, { expiresInDays: 1 });
    gateway.clock.advance(25 * 3_600_000);
    expect((await session(token)).status).toBe(401);
  });

  it('M4 what privileged people do is written down and cannot be rewritten', async () => {
    const rows = await gateway.context.db.query<{ action: string }>('select distinct action from audit_entries');
    const actions = rows.map((row) => row.action);
    for (const action of [
      'person.created',
      'person.changed',
      'team.created',
      'token.created',
      'token.revoked',
      'session.opened',
    ]) {
      expect(actions).toContain(action);
    }
    for (const sql of [
      'delete from audit_entries',
      `update audit_entries set action = 'x'`,
      'truncate audit_entries',
    ]) {
      await expect(gateway.context.db.query(sql)).rejects.toThrow('append-only');
    }
  });

  it('wrong shapes are refused with words, never a 500', async () => {
    const bodies = [
      { role: 'owner' },
      { email: 'nobody' },
      { name: '' },
      { name: 'a\u0000b' },
      { password: 'short' },
      { teamIds: 'x' },
      { teamIds: [1] },
      { timeZone: 'Mars/Olympus' },
      { phone: '123' },
      { admin: true },
      { name: { $ne: 1 } },
    ];
    for (const body of bodies) {
      const answer = await create(admin, body);
      expect([body, answer.status]).toEqual([body, 400]);
      expect(answer.body.detail.length).toBeGreaterThan(20);
    }
    for (const id of ['nonsense', '00000000-0000-7000-8000-00000000ffff', "1' or '1'='1"]) {
      expect((await patch(admin, encodeURIComponent(id), { name: 'X' })).status).toBe(404);
    }
  });
});
