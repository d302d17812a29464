import http from 'node:http';
import { Body, Controller, Get, Module, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalid, newId } from '#kernel';
import {
  Actor,
  Allow,
  ApiDescription,
  type AppContext,
  type Identity,
  internalModule,
  SignedIdentityResolver,
  BODY_LIMIT,
  TakesBody,
} from '#platform';
import { eventually, type RunningApp, runApp, testInstallation, type TestInstallation } from '#testing';
import type { AuditView, Page, ParkedView } from '#contracts';
import { GatewayHarness } from '../testing/gateway-harness.js';
import { HealthService } from './health.service.js';

const seen: { headers: Record<string, unknown>; url: string }[] = [];

/** Stands for inbox as a process of its own. */
@Controller()
class FarApp {
  @Get('api/v1/conversations')
  @Allow('agent')
  who(@Actor() actor: Identity, @Req() request: FastifyRequest): Identity {
    seen.push({ headers: { ...request.headers }, url: request.url });
    return actor;
  }

  @Post('api/v1/conversations/:id/notes')
  @TakesBody(BODY_LIMIT)
  @Allow('agent')
  echo(@Body() body: object): object {
    return { size: JSON.stringify(body).length };
  }

  @Post('api/v1/customers/:id/merge')
  @Allow('lead')
  merge(@Body() body: { intoId?: string }): object {
    if (!body.intoId) throw invalid('invalid', 'intoId is missing.');
    return { id: body.intoId };
  }

  @Get('api/v1/attachments/:id')
  @Allow('agent')
  redirect(@Res() reply: FastifyReply): void {
    void reply.status(302).header('location', '/files/x').header('set-cookie', 'inner=1').send();
  }

  @Get('api/v1/messages/long')
  @Allow('agent')
  long(@Res() reply: FastifyReply): void {
    void reply.header('content-type', 'text/csv').send('x'.repeat(3_000_000));
  }
}

@Module({ controllers: [FarApp] })
class FarModule {}

describe('the other apps as processes of their own', () => {
  let far: RunningApp;
  let installation: TestInstallation;
  let gateway: GatewayHarness;
  let token: string;
  let context: AppContext;
  beforeAll(async () => {
    installation = await testInstallation();
    context = await installation.open('inbox', []);
    const { parts } = installation;
    far = await runApp({
      parts,
      modules: [internalModule([context]), FarModule],
      contexts: [context],
      identity: { useFactory: () => new SignedIdentityResolver('test-secret', () => parts.clock.now().getTime()) },
    });
    far.app.get(ApiDescription, { strict: false }).describe(far.app);
    gateway = await GatewayHarness.start({}, { apps: { inbox: far.url, sla: 'http://127.0.0.1:9' } });
    token = await gateway.token();
  });
  afterAll(async () => {
    await gateway?.close();
    await far?.close();
    await installation?.close();
  });

  it('are asked with a signed identity, and never see a cookie or a token', async () => {
    const cookie = await gateway.signIn();
    const answer = await gateway.call('GET', '/api/v1/conversations?q=a%20b&limit=1', {
      cookie,
      headers: { 'x-kairos-identity': 'forged' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ role: 'admin', via: 'cookie' });
    const last = seen.at(-1)!;
    expect(last.url).toBe('/api/v1/conversations?q=a%20b&limit=1');
    expect(last.headers).not.toHaveProperty('cookie');
    expect(last.headers['x-kairos-identity']).not.toBe('forged');
    expect(last.headers['x-correlation-id']).toBe(answer.headers.get('x-correlation-id'));
    await gateway.call('GET', '/api/v1/conversations', { token });
    expect(seen.at(-1)!.headers).not.toHaveProperty('authorization');
  });

  it('decide themselves that nobody is signed in', async () => {
    const answer = await gateway.call<{ code: string }>('GET', '/api/v1/conversations');
    expect([answer.status, answer.body.code]).toEqual([401, 'not_signed_in']);
  });

  it('CSRF and scopes are judged before anything is passed on', async () => {
    const cookie = await gateway.signIn();
    const before = seen.length;
    const foreign = await gateway.call('POST', '/api/v1/conversations/1/notes', {
      cookie,
      headers: { origin: 'https://evil.test' },
      body: {},
    });
    expect(foreign.status).toBe(403);
    const narrow = await gateway.token(undefined, { scopes: ['messages'] });
    expect((await gateway.call('GET', '/api/v1/conversations', { token: narrow })).status).toBe(403);
    expect(seen.length).toBe(before);
  });

  it('bodies travel both ways whatever their size; redirects and content types come back, cookies do not', async () => {
    const text = 'é'.repeat(2_000_000);
    const up = await gateway.call('POST', '/api/v1/conversations/1/notes', { token, body: { text } });
    expect([up.status, up.body]).toEqual([201, { size: text.length + 11 }]);
    const down = await gateway.call<string>('GET', '/api/v1/messages/long', { token });
    expect([down.body.length, down.headers.get('content-type')]).toEqual([3_000_000, 'text/csv']);
    const moved = await gateway.call('GET', '/api/v1/attachments/1', { token });
    expect([moved.status, moved.headers.get('location'), moved.headers.get('set-cookie')]).toEqual([
      302,
      '/files/x',
      null,
    ]);
    const broken = await gateway.call('POST', '/api/v1/conversations/1/notes', {
      token,
      body: '{"a"',
      headers: { 'content-type': 'application/json' },
    });
    expect(broken.status).toBe(400);
  });

  it('M4 a privileged act of theirs stands in the trail when the answer comes, a refused one does not', async () => {
    const [one, other] = [newId(), newId()];
    const merge = (body: object) => gateway.call('POST', `/api/v1/customers/${one}/merge`, { token, body });
    expect((await merge({})).status).toBe(400);
    expect((await merge({ intoId: other })).status).toBe(201);
    const { body } = await gateway.call<Page<AuditView>>('GET', `/api/v1/audit?subject=${one}`, { token });
    expect(body.items).toMatchObject([{ action: 'customer.merged', subject: { kind: 'customer', id: one } }]);
    expect(body.items[0]!.actor!.name).toBe('owner');
  });

  it('an address with dots reaches nothing else of the other app', async () => {
    for (const path of [
      '%2e%2e/%2e%2e/%2e%2e/internal/v1/parked',
      '..%2f..%2f..%2finternal/v1/parked',
      '.%2e/messages/long',
    ]) {
      expect(await statusOf(gateway.url, `/api/v1/conversations/${path}`, token)).toBe(404);
    }
  });

  it('an upload that is answered before its end holds up nothing behind it on the same connection', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const upload = { path: '/api/v1/customers/1/merge', method: 'POST', body: Buffer.alloc(1_000_000, 120) };
    const small = { path: '/api/v1/conversations', method: 'GET', body: null };
    const answers: number[] = [];
    for (let n = 0; n < 100; n++) {
      for (const asked of [upload, small]) answers.push(await over(agent, gateway.url, { ...asked, token }));
    }
    agent.destroy();
    expect(answers.filter((status, n) => status !== (n % 2 ? 200 : 413))).toEqual([]);
  });

  it('one that is away is said to be away', async () => {
    for (const path of ['/api/v1/sla/waits', '/api/v1/reports/sla.csv?tz=UTC']) {
      const answer = await gateway.call<{ code: string; app: string }>('GET', path, { token });
      expect([answer.status, answer.body.code, answer.body.app]).toEqual([503, 'app_unavailable', 'sla']);
    }
    expect((await gateway.call('GET', '/api/v1/alerts/destinations', { token })).status).toBe(404); // not configured
  });

  it('count for readiness, figures, parked events and the description of the whole', async () => {
    const health = gateway.running.app.get(HealthService, { strict: false });
    expect(await health.missing()).toEqual({ sla: 'the process does not answer' });
    expect(await health.metrics()).toMatch(/kairos_messages_parked\{app="gateway"\} 0\n.*\{app="inbox"\} 0/);
    const parked = await gateway.call<{ code: string; app: string }>('GET', '/api/v1/parked', { token });
    expect([parked.status, parked.body.app]).toEqual([503, 'sla']);

    // one process may serve several apps: what it tells of itself counts once
    const both = await GatewayHarness.start({}, { apps: { inbox: far.url, sla: far.url, notifier: far.url } });
    try {
      const figures = await both.running.app.get(HealthService, { strict: false }).metrics();
      expect(figures.match(/kairos_messages_parked\{app="inbox"\}/g)).toHaveLength(1);
      const described = await both.call<{ paths: object }>('GET', '/api/v1/openapi.json');
      expect(Object.keys(described.body.paths)).toEqual(
        expect.arrayContaining(['/api/v1/session', '/api/v1/conversations/{id}/notes']),
      );
      let broken = true;
      await context.log.subscribe({ group: 'inbox', topic: 'gateway.channels.v1' }, async () => {
        if (broken) throw new Error('inbox cannot');
      });
      const payload = { id: 'x' } as never;
      await context.db.transaction(async (tx) =>
        context.log.append(tx, [{ type: 'channel.changed', key: 'far', payload, occurredAt: context.now() }]),
      );
      const owner = await both.token();
      const list = async () =>
        (await both.call<Page<ParkedView>>('GET', '/api/v1/parked', { token: owner })).body.items;
      const [entry, again] = await eventually(async () => ((await list()).length > 0 ? list() : null));
      expect(again).toBeUndefined();
      expect(entry).toMatchObject({ app: 'inbox', key: 'far', error: 'inbox cannot' });
      const replay = () => both.call<{ code: string }>('POST', `/api/v1/parked/${entry!.id}/replay`, { token: owner });
      expect((await replay()).status).toBe(409);
      broken = false;
      expect((await replay()).body).toEqual({ replayed: 1 });
      expect(await list()).toEqual([]);
    } finally {
      await both.close();
    }
  });
});

/** fetch would resolve the dots itself. */
function statusOf(base: string, path: string, token: string): Promise<number> {
  const { hostname, port } = new URL(base);
  return new Promise((done, fail) => {
    http
      .get({ hostname, port, path, headers: { authorization: `Bearer ${token}` } }, (answer) => {
        answer.resume();
        done(answer.statusCode ?? 0);
      })
      .on('error', fail);
  });
}

/** The status of one request over this agent's connection. */
function over(
  agent: http.Agent,
  base: string,
  asked: { path: string; method: string; body: Buffer | null; token: string },
): Promise<number> {
  return new Promise((done, fail) => {
    const headers = { authorization: `Bearer ${asked.token}`, 'content-type': 'text/plain' };
    const length = asked.body ? { 'content-length': String(asked.body.length) } : {};
    const options = { method: asked.method, agent, headers: { ...headers, ...length } };
    const request = http.request(base + asked.path, options, (response) => {
      response.resume();
      response.on('end', () => done(response.statusCode ?? 0));
      response.on('error', fail);
    });
    request.on('error', fail);
    request.end(asked.body ?? undefined);
  });
}
