import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { ChangeView, PersonView, TeamView } from '#contracts';
import { newId } from '#kernel';
import { eventually } from '#testing';
import { InboxStandIn } from '../../ingress/testing/inbox-stand-in.js';
import { type RunningGateway, runGateway } from '../../ingress/testing/running-gateway.js';

const PASSWORD = 'correct-horse-battery-8';
let gateway: RunningGateway;
let inbox: InboxStandIn;
let team: TeamView;
const open: Socket[] = [];

beforeAll(async () => {
  gateway = await runGateway();
  inbox = new InboxStandIn(gateway.context);
  team = (await gateway.api('POST', '/api/v1/teams', { name: 'Patras' })).body;
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});
afterAll(() => gateway?.close());

interface Page {
  socket: Socket;
  events: ChangeView[];
  presence: { conversationId: string; viewing: string[]; typing: string[] }[];
  ask<T>(event: string, body?: unknown): Promise<T>;
}

async function connect(auth: object, headers: Record<string, string> = {}): Promise<Page> {
  const socket = io(`${gateway.url}/agents`, {
    auth,
    extraHeaders: headers,
    forceNew: true,
    reconnection: false,
    transports: ['websocket'],
  });
  open.push(socket);
  const page: Page = {
    socket,
    events: [],
    presence: [],
    ask: (event, body) => socket.timeout(5_000).emitWithAck(event, body),
  };
  socket.on('event', (change: ChangeView) => page.events.push(change));
  socket.on('presence', (state: Page['presence'][number]) => page.presence.push(state));
  await new Promise<void>((done, fail) => {
    socket.on('connect', () => done());
    socket.on('connect_error', fail);
  });
  return page;
}
const refusal = (auth: object, headers?: Record<string, string>) =>
  connect(auth, headers).then(
    () => 'let in',
    (error: Error) => error.message,
  );

/** Somebody new, signed in: with a cookie and with a token. */
async function hire(role: string, teamIds: string[] = []) {
  const email = `${randomUUID()}@shop.test`;
  const person = (await gateway.api('POST', '/api/v1/people', { email, name: role, role, password: PASSWORD, teamIds }))
    .body as PersonView;
  const json = { 'content-type': 'application/json' };
  const signedIn = await fetch(`${gateway.url}/api/v1/session`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
  const made = await fetch(`${gateway.url}/api/v1/tokens`, {
    method: 'POST',
    headers: { ...json, cookie, origin: gateway.url },
    body: JSON.stringify({ name: 'page' }),
  });
  const { id: tokenId, token } = (await made.json()) as { id: string; token: string };
  return { person, cookie, token, tokenId };
}

const told = (page: Page, messageId: string) =>
  page.events.filter((change) => (change.payload as { messageId?: string }).messageId === messageId);
const cursorNow = async (page: Page) => (await page.ask<{ cursor: string }>('sync', { cursor: '' })).cursor;

it('signed in by cookie from our own page, or by token; otherwise refused in the same words', async () => {
  const { cookie, token } = await hire('agent');
  expect(await refusal({ token })).toBe('let in');
  expect(await refusal({}, { cookie, origin: gateway.url })).toBe('let in');
  expect(await refusal({}, { cookie })).toBe('let in');
  expect(await refusal({}, { cookie, origin: 'https://evil.test' })).toBe('not signed in');
  expect(await refusal({})).toBe('not signed in');
  expect(await refusal({ token: 'kairos_wrong' })).toBe('not signed in');
  expect(await refusal({ token: { $gt: '' } })).toBe('not signed in');
  expect(await refusal({}, { 'x-kairos-identity': 'forged' })).toBe('not signed in');
});

it('each hears what he may see and nothing else, within a moment', async () => {
  const [mine, others, lead] = [await hire('agent', [team.id]), await hire('agent'), await hire('manager')];
  const [a, b, c] = [
    await connect({ token: mine.token }),
    await connect({ token: others.token }),
    await connect({ token: lead.token }),
  ];
  const conversation = newId();
  const ofTeam = await inbox.note(conversation, { channelTeamIds: [team.id] });
  const ofAll = await inbox.note(newId());
  await eventually(() => told(b, ofAll).length === 1);
  await eventually(() => told(a, ofTeam).length === 1 && told(a, ofAll).length === 1 && told(c, ofTeam).length === 1);
  expect(told(b, ofTeam)).toEqual([]);
  expect(told(a, ofTeam)[0]).toMatchObject({ type: 'message.noted', conversationId: conversation, version: 1 });
});

it('a page that was away is told what it missed, in order, without what it may not see', async () => {
  const { token } = await hire('agent');
  const page = await connect({ token });
  const cursor = await cursorNow(page);
  page.socket.disconnect();
  const conversation = newId();
  const seen = [await inbox.note(conversation), await inbox.note(conversation)];
  await inbox.note(newId(), { channelTeamIds: [team.id] });
  seen.push(await inbox.note(conversation));
  const again = await connect({ token });
  const answer = await eventually(async () => {
    const found = await again.ask<{ items: ChangeView[]; cursor: string; resync?: boolean }>('sync', { cursor });
    return found.items.length >= 3 && found;
  });
  expect(answer.items.map((change) => (change.payload as { messageId: string }).messageId)).toEqual(seen);
  expect(answer.resync).toBeUndefined();
  expect((await again.ask<{ items: unknown[] }>('sync', { cursor: answer.cursor })).items).toEqual([]);
});

it('an unknown cursor, or more than 5,000 missed, is answered by "load afresh"', async () => {
  const page = await connect({ token: gateway.token });
  const start = await cursorNow(page);
  for (const cursor of ['nonsense', Buffer.from('["999999999"]').toString('base64url'), '']) {
    expect(await page.ask('sync', { cursor })).toEqual({ items: [], cursor: start, resync: true });
  }
  await gateway.context.db.transaction(async (tx) => {
    await tx.query(
      `with head as (update change_head set last_cursor = last_cursor + 5001 returning last_cursor)
       insert into changes (event_id, cursor, type, seq, version, occurred_at, payload)
       select gen_random_uuid(), last_cursor - 5001 + n, 'customer.changed', null, null, now(), '{}' from head, generate_series(1, 5001) n`,
    );
  });
  expect(await page.ask('sync', { cursor: start })).toMatchObject({ items: [], resync: true });
});

it('who watches and who types is shown to those who watch, and only to who may see the conversation', async () => {
  const [mine, others] = [await hire('agent', [team.id]), await hire('agent')];
  const conversation = newId();
  await inbox.note(conversation, { channelTeamIds: [team.id] });
  const [a, b, c] = [
    await connect({ token: mine.token }),
    await connect({ token: gateway.token }),
    await connect({ token: others.token }),
  ];
  await eventually(async () => (await a.ask<{ ok: boolean }>('watch', { conversationId: conversation })).ok);
  expect(await c.ask('watch', { conversationId: conversation })).toEqual({ ok: false });
  expect(await c.ask('watch', { conversationId: newId() })).toEqual({ ok: false });
  await b.ask('watch', { conversationId: conversation });
  await eventually(() => a.presence.at(-1)?.viewing.length === 2);
  a.socket.emit('typing', { conversationId: conversation });
  a.socket.emit('typing', { conversationId: conversation });
  await eventually(() => b.presence.at(-1)?.typing.includes(mine.person.id));
  c.socket.emit('typing', { conversationId: conversation });
  a.socket.disconnect();
  await eventually(() => b.presence.at(-1)?.viewing.length === 1);
  expect(b.presence.at(-1)!.typing).toEqual([]);
  expect(c.presence).toEqual([]);
});

it('who loses the team hears nothing more of it, and is no longer shown as watching', async () => {
  const { token, person } = await hire('agent', [team.id]);
  const [page, boss] = [await connect({ token }), await connect({ token: gateway.token })];
  const conversation = newId();
  const before = await inbox.note(conversation, { channelTeamIds: [team.id] });
  await eventually(() => told(page, before).length === 1);
  await page.ask('watch', { conversationId: conversation });
  await boss.ask('watch', { conversationId: conversation });
  expect(boss.presence.at(-1)!.viewing).toContain(person.id);
  expect((await gateway.api('PATCH', `/api/v1/people/${person.id}`, { teamIds: [] })).status).toBe(200);
  const after = await inbox.note(conversation, { channelTeamIds: [team.id] });
  await eventually(() => told(boss, after).length === 1);
  await eventually(() => !boss.presence.at(-1)!.viewing.includes(person.id));
  expect(told(page, after)).toEqual([]);
  expect(page.socket.connected).toBe(true);
});

it('who is let go, signed out or loses the token is cut off at once', async () => {
  const [gone, out, revoked] = [await hire('agent'), await hire('agent'), await hire('agent')];
  const pages = [
    await connect({ token: gone.token }),
    await connect({}, { cookie: out.cookie }),
    await connect({ token: revoked.token }),
    await connect({ token: gateway.token }),
  ];
  await gateway.api('PATCH', `/api/v1/people/${gone.person.id}`, { active: false });
  await fetch(`${gateway.url}/api/v1/session`, {
    method: 'DELETE',
    headers: { cookie: out.cookie, origin: gateway.url },
  });
  await gateway.api('DELETE', `/api/v1/tokens/${revoked.tokenId}`, undefined, revoked.token);
  const after = await inbox.note(newId());
  await eventually(() => told(pages[3]!, after).length === 1);
  await eventually(() => pages.slice(0, 3).every((page) => page.socket.disconnected));
  expect(pages.slice(0, 3).flatMap((page) => told(page, after))).toEqual([]);
});

it('a token narrowed to handing in messages hears nothing', async () => {
  const made = await gateway.api('POST', '/api/v1/tokens', { name: 'importer', scopes: ['messages'] });
  expect(await refusal({ token: (made.body as { token: string }).token })).toBe('not signed in');
});

it('frames of no sense get one constant text; a flood is cut off; others hear on', async () => {
  const calm = await connect({ token: gateway.token });
  const page = await connect({ token: gateway.token });
  const texts = new Set<string>();
  for (const event of ['sync', 'watch', 'unwatch', 'typing', '__proto__', 'toString', 'event']) {
    for (const body of [null, 7, [], { cursor: {} }, { conversationId: "' or 1=1--" }, Buffer.alloc(5)]) {
      const answer = await page.ask<{ error?: string }>(event, body);
      if (answer.error) texts.add(answer.error);
    }
  }
  expect(texts.size).toBe(1);
  for (let n = 0; n < 500; n++) page.socket.emit('nonsense', n);
  await eventually(() => page.socket.disconnected);
  const messageId = await inbox.note(newId());
  await eventually(() => told(calm, messageId).length === 1);
});

it('the sockets are counted', async () => {
  const page = await connect({ token: gateway.token });
  const figure = async () => /^kairos_sockets (\d+)$/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1];
  await eventually(async () => (await figure()) === '1');
  page.socket.disconnect();
  await eventually(async () => (await figure()) === '0');
});
