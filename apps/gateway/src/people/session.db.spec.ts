import { GatewayHarness, OWNER } from '../testing/gateway-harness.js';

describe('signing in', () => {
  let gateway: GatewayHarness;
  beforeAll(async () => {
    gateway = await GatewayHarness.start();
  });
  afterAll(() => gateway?.close());
  beforeEach(() => gateway.clock.advance(6 * 60_000)); // failures of the story before are forgotten

  const session = (cookie?: string) => gateway.call('GET', '/api/v1/session', { cookie });
  const tryWith = (email: string, password: string) =>
    gateway.call<{ code: string; detail: string }>('POST', '/api/v1/session', { body: { email, password } });

  it('the owner from the environment signs in, is known by the cookie, and signs out', async () => {
    const answer = await gateway.call('POST', '/api/v1/session', { body: OWNER });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      person: expect.objectContaining({
        email: OWNER.email,
        role: 'admin',
        teamIds: [],
        language: 'en',
        timeZone: 'UTC',
      }),
    });
    const [header] = answer.headers.getSetCookie();
    expect(header).toMatch(/^kairos_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    const cookie = header!.split(';')[0]!;
    expect((await session(cookie)).status).toBe(200);
    expect((await gateway.call('DELETE', '/api/v1/session', { cookie })).status).toBe(204);
    expect((await session(cookie)).status).toBe(401);
  });

  it('G3 the answer is the same for an unknown address and a wrong password', async () => {
    const unknown = await tryWith('nobody@shop.test', 'correct-horse-battery-7');
    const wrong = await tryWith(OWNER.email, 'correct-horse-battery-8');
    expect(unknown.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
    expect(unknown.headers.get('content-type')).toContain('application/problem+json');
  });

  it('G3 ten failures close the door for five minutes, for the right password too', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => tryWith(OWNER.email, 'wrong-wrong-wrong')));
    expect(answers.map((answer) => answer.status).sort()).toEqual([...Array(10).fill(401), 429, 429]);
    const closed = await tryWith(OWNER.email, OWNER.password);
    expect([closed.status, closed.body.code]).toEqual([429, 'too_many_attempts']);
    expect(Number(closed.headers.get('retry-after'))).toBeGreaterThan(200);
    gateway.clock.advance(5 * 60_000 + 1);
    expect((await tryWith(OWNER.email, OWNER.password)).status).toBe(200);
  });

  it('a hundred right sign-ins throttle nobody', async () => {
    for (let i = 0; i < 12; i++) expect((await tryWith(OWNER.email, OWNER.password)).status).toBe(200);
  });

  it('G3 a new sign-in replaces the session that came with it', async () => {
    const cookie = await gateway.signIn();
    expect((await session(cookie)).status).toBe(200);
    const answer = await gateway.call('POST', '/api/v1/session', { cookie, body: OWNER });
    const renewed = answer.headers.getSetCookie()[0]!.split(';')[0]!;
    expect(renewed).not.toBe(cookie);
    expect((await session(renewed)).status).toBe(200);
    expect((await session(cookie)).status).toBe(401);
  });

  it('a session that nobody used for thirty days is over', async () => {
    const cookie = await gateway.signIn();
    await gateway.context.db.query(`update sessions set last_seen_at = last_seen_at - interval '31 days'`);
    expect((await session(cookie)).status).toBe(401);
  });

  it('tokens and passwords are kept as hashes only', async () => {
    const cookie = await gateway.signIn();
    const token = await gateway.token();
    const [dump] = await gateway.context.db.query<{ text: string }>(
      `select string_agg(t::text, '') as text from
         (select p::text as t from persons p union all select s::text from sessions s union all select a::text from api_tokens a
          union all select e::text from audit_entries e) all_rows`,
    );
    expect(dump!.text).toContain('$argon2id$');
    for (const secret of [cookie.split('=')[1]!, token, OWNER.password]) expect(dump!.text).not.toContain(secret);
  });

  it('malformed sign-ins are told what is wrong', async () => {
    for (const [body, code] of [
      ['{', 'invalid'],
      ['[]', 'not_an_object'],
      ['{"email":1}', 'invalid'],
      ['{"email":"a@b.test"}', 'invalid'],
      [{ ...OWNER, extra: 1 }, 'invalid'],
      [{ email: {}, password: [] }, 'invalid'],
    ] as const) {
      const answer = await gateway.call<{ code: string }>('POST', '/api/v1/session', { body });
      expect([answer.status, answer.body.code]).toEqual([400, code]);
    }
    const nul = await tryWith('owner@shop.test\u0000', OWNER.password);
    expect([200, 401]).toContain(nul.status);
  });
});

describe('the first administrator', () => {
  const first = { email: 'first@shop.test', name: 'First One', password: 'a-long-enough-password' };
  const start = (env: Record<string, string>) =>
    GatewayHarness.start({ KAIROS_ADMIN_EMAIL: '', KAIROS_ADMIN_PASSWORD: '', ...env });

  it('M6 is whoever comes first on loopback, and only one of two at once', async () => {
    const gateway = await start({});
    try {
      const state = () => gateway.call('GET', '/api/v1/setup');
      expect((await state()).body).toEqual({ needsAdmin: true, needsCode: false });
      const make = (email: string) => gateway.call('POST', '/api/v1/setup', { body: { ...first, email } });
      const answers = await Promise.all([make('one@shop.test'), make('two@shop.test')]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
      const cookie = answers
        .find((answer) => answer.status === 201)!
        .headers.getSetCookie()[0]!
        .split(';')[0]!;
      expect((await gateway.call('GET', '/api/v1/session', { cookie })).status).toBe(200);
      expect((await state()).body).toEqual({ needsAdmin: false, needsCode: false });
    } finally {
      await gateway.close();
    }
  });

  it('M6 needs the printed code where others can reach us', async () => {
    const gateway = await start({ HOST: '0.0.0.0', PUBLIC_URL: 'https://desk.shop.test' });
    try {
      const { SetupService } = await import('./setup.service.js');
      const code = await gateway.running.app.get(SetupService, { strict: false }).code();
      expect(code).toMatch(/^([0-9A-F]{4}-){4}[0-9A-F]{4}$/);
      expect((await gateway.call('GET', '/api/v1/setup')).body).toEqual({ needsAdmin: true, needsCode: true });
      const make = (extra: object) => gateway.call('POST', '/api/v1/setup', { body: { ...first, ...extra } });
      expect((await make({})).status).toBe(403);
      expect((await make({ code: 'AAAA-AAAA-AAAA-AAAA-AAAA' })).status).toBe(403);
      const made = await make({ code: code!.toLowerCase() });
      expect(made.status).toBe(201);
      expect(made.headers.getSetCookie()[0]).toMatch(/; Secure/);
      expect(await gateway.running.app.get(SetupService, { strict: false }).code()).toBeNull();
    } finally {
      await gateway.close();
    }
  });
});
