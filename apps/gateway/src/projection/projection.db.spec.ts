import { io, type Socket } from 'socket.io-client';
import type { ChangesView, ChangeView, ParkedView } from '#contracts';
import { newId } from '#kernel';
import { type AppContext, internalModule, processParts, SignedIdentityResolver } from '#platform';
import { eventually, type RunningApp, runApp, testInstallation, type TestInstallation } from '#testing';
import { projectedByFrom } from '../edge/edge-options.js';
import { gatewayModule } from '../gateway.module.js';
import { gatewayMigrations } from '../migrations/index.js';
import { SessionIdentityResolver } from '../people/session-identity.resolver.js';
import { ProjectionHooks } from './projection-hooks.js';
import { gatewayProjectionModule } from './projection.module.js';

const OWNER = { email: 'owner@shop.test', password: 'correct-horse-battery-7' };

/** Gateway in front and, with parts of its own as in another process, its projection behind. */
describe('gateway whose projection runs in another process', () => {
  let installation: TestInstallation;
  let front: RunningApp;
  let behind: RunningApp;
  let context: AppContext;
  let cookie: string;
  beforeAll(async () => {
    installation = await testInstallation(undefined, {
      KAIROS_ADMIN_EMAIL: OWNER.email,
      KAIROS_ADMIN_PASSWORD: OWNER.password,
    });
    const { parts } = installation;
    const other = processParts(parts.config, parts.clock);
    const inner = await installation.open('gateway', gatewayMigrations, { parts: other });
    behind = await runApp({
      parts: other,
      modules: [internalModule([inner]), gatewayProjectionModule(inner)],
      contexts: [inner],
      identity: {
        useFactory: () => new SignedIdentityResolver(parts.config.secret, () => parts.clock.now().getTime()),
      },
    });
    context = await installation.open('gateway', gatewayMigrations, { consumes: false });
    front = await runApp({
      parts,
      modules: [
        internalModule([context]),
        gatewayModule(context, { apps: { inbox: behind.url }, projectedBy: 'inbox' }),
      ],
      contexts: [context],
      identity: { inject: [SessionIdentityResolver], useFactory: (resolver: SessionIdentityResolver) => resolver },
    });
    const answer = await fetch(`${front.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(OWNER),
    });
    cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  });
  afterAll(async () => {
    await front?.close();
    await behind?.close();
    await installation.close();
  });

  const call = async <T>(path: string, method = 'GET') => {
    const answer = await fetch(front.url + path, { method, headers: { cookie, origin: front.url } });
    return { status: answer.status, body: (await answer.json()) as T };
  };
  const tell = (conversationId: string, version: number) => {
    const audience = { channelIds: [newId()], channelTeamIds: [], teamId: null, assigneeId: null };
    const at = context.now();
    const payload = {
      conversation: { conversationId, audience },
      messageId: newId(),
      messageSeq: version,
      at: at.toISOString(),
    };
    return context.db.transaction(async (tx) =>
      context.log.append(tx, [
        { type: 'message.noted', key: conversationId, seq: version, payload: payload as never, occurredAt: at },
      ]),
    );
  };

  it('a page is told what was kept there, at once and in order, and the feed has it', async () => {
    const socket: Socket = io(`${front.url}/agents`, { extraHeaders: { cookie, origin: front.url }, forceNew: true });
    const heard: ChangeView[] = [];
    socket.onAny((_name: string, change: ChangeView) => change?.conversationId && heard.push(change));
    await new Promise<void>((done, fail) => {
      socket.once('connect', done);
      socket.once('connect_error', fail);
    });
    const conversation = newId();
    await eventually(async () => {
      await tell(newId(), 1);
      return eventually(() => heard.length > 0, 500);
    });
    for (let version = 1; version <= 5; version++) await tell(conversation, version);
    const mine = () => heard.filter((change) => change.conversationId === conversation).map(({ version }) => version);
    await eventually(() => mine().length >= 5);
    expect(mine()).toEqual([1, 2, 3, 4, 5]);
    const feed = await call<ChangesView>('/api/v1/changes?limit=200');
    expect(feed.body.items.filter((item) => item.conversationId === conversation)).toHaveLength(5);
    socket.close();
  });

  it('what it cannot handle is listed once, and replayed there', async () => {
    let broken = true;
    behind.app.get(ProjectionHooks, { strict: false }).register('channel.delivery.v1', async () => {
      if (broken) throw new Error('the thing is broken');
    });
    const payload = { conversationId: newId(), messageId: 'm' } as never;
    await context.db.transaction(async (tx) =>
      context.log.append(tx, [{ type: 'delivery.changed', key: 'k', payload, occurredAt: context.now() }]),
    );
    const list = async () => (await call<{ items: ParkedView[] }>('/api/v1/parked')).body.items;
    const [entry] = await eventually(async () => ((await list()).length > 0 ? list() : null));
    expect(await list()).toHaveLength(1);
    expect(entry).toMatchObject({ app: 'gateway', error: 'the thing is broken' });
    const replay = () => call<{ code: string }>(`/api/v1/parked/${entry!.id}/replay`, 'POST');
    expect(await replay()).toMatchObject({ status: 409, body: { code: 'replay_failed' } });
    broken = false;
    expect((await replay()).body).toEqual({ replayed: 1 });
    expect(await list()).toEqual([]);
  });

  it('how far behind it is stands once among the figures', async () => {
    const text = await context.metrics.text();
    expect(text).not.toContain('kairos_log_lag{group="gateway"}');
    const there = await (await fetch(`${behind.url}/metrics`)).text();
    expect(there.match(/kairos_log_lag\{group="gateway"\}/g)).toHaveLength(1);
  });
});

describe('KAIROS_PROJECTED_BY', () => {
  it('names one of the other apps, or nothing', () => {
    expect(projectedByFrom({})).toBeUndefined();
    expect(projectedByFrom({ KAIROS_PROJECTED_BY: ' inbox ' })).toBe('inbox');
    expect(() => projectedByFrom({ KAIROS_PROJECTED_BY: 'gateway' })).toThrow(/is no app; use inbox, sla, notifier/);
  });
});
