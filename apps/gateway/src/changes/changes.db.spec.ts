import type { Audience, ChangesView, ConversationFacts } from '#contracts';
import type { LastStatement } from '#database';
import type { NewEvent } from '#event-log';
import { idFrom, newId } from '#kernel';
import { eventually } from '#testing';
import { GatewayHarness } from '../testing/gateway-harness.js';
import { ChangeFeed, type ChangeEntry } from './change-feed.js';
import { ProjectionHooks } from '../projection/projection-hooks.js';

const AT = new Date('2026-11-20T09:00:00.000Z');

function facts(conversationId: string, audience: Partial<Audience> = {}): ConversationFacts {
  return {
    conversationId,
    customer: { id: idFrom('customer', conversationId), displayName: 'Maria' },
    status: 'open',
    priority: 'normal',
    tags: [],
    subject: null,
    audience: { channelIds: [], channelTeamIds: [], teamId: null, assigneeId: null, ...audience },
  };
}

function noted(
  conversationId: string,
  version: number,
  audience: Partial<Audience> = {},
  id = newId(),
): NewEvent<'message.noted'> {
  const payload = {
    conversation: facts(conversationId, audience),
    messageId: newId(),
    messageSeq: version,
    authorId: newId(),
    clientId: null,
    at: AT.toISOString(),
  };
  return { type: 'message.noted', key: conversationId, seq: version, payload, occurredAt: AT, id };
}

function wait(conversationId: string): NewEvent<'wait.opened'> {
  const payload = {
    conversationId,
    waitId: newId(),
    kind: 'first_response',
    customerId: newId(),
    customerName: 'Maria',
    channelKind: 'sms',
    channelId: newId(),
    openedAt: AT.toISOString(),
    dueAt: AT.toISOString(),
    targetSeconds: 7200,
    assigneeId: null,
    teamId: null,
    due: null,
  } as const;
  return { type: 'wait.opened', key: conversationId, payload: payload as never, occurredAt: AT };
}

describe('the feed of changes', () => {
  let gateway: GatewayHarness;
  let token: string;
  beforeAll(async () => {
    gateway = await GatewayHarness.start();
    token = await gateway.token();
  });
  afterAll(() => gateway?.close());

  const read = async (who: string, since = '', limit = 200): Promise<ChangesView> => {
    const answer = await gateway.call<ChangesView>('GET', `/api/v1/changes?since=${since}&limit=${limit}`, {
      token: who,
    });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const now = async () => gateway.running.app.get(ChangeFeed, { strict: false }).last();
  const follow = async (who: string, since: string, count: number) => {
    return eventually(async () => {
      const page = await read(who, since);
      return page.items.length >= count ? page : null;
    });
  };

  it('a reader who follows along misses nothing and sees nothing twice, whatever the page size', async () => {
    const since = await now();
    const ids = Array.from({ length: 5 }, () => newId());
    const sent = ids.flatMap((id) => [1, 2, 3].map((version) => noted(id, version)));
    await gateway.tell(...sent);
    await follow(token, since, 15);
    const seen: string[] = [];
    for (let cursor = since, more = true; more;) {
      const page = await read(token, cursor, 4);
      seen.push(...page.items.map((item) => `${item.conversationId} ${item.version} ${item.seq}`));
      more = page.items.length > 0;
      cursor = page.cursor;
    }
    expect(seen.sort()).toEqual(ids.flatMap((id) => [1, 2, 3].map((v) => `${id} ${v} ${v}`)).sort());
  });

  it('an event that the relay repeats adds nothing', async () => {
    const since = await now();
    const conversation = newId();
    const id = newId();
    await gateway.tell(noted(conversation, 1, {}, id));
    await follow(token, since, 1);
    await gateway.tell(noted(conversation, 1, {}, id), noted(conversation, 2));
    const page = await follow(token, since, 2);
    expect(page.items.map((item) => item.version)).toEqual([1, 2]);
  });

  it('a wait that is told before its conversation is held until who may see it is known', async () => {
    const since = await now();
    const conversation = newId();
    await gateway.tell(wait(conversation));
    await eventually(async () => (await gateway.context.log.lag()).every((lag) => lag.events === 0));
    expect((await read(token, since)).items).toEqual([]);
    await gateway.tell(noted(conversation, 1));
    const page = await follow(token, since, 2);
    expect(page.items.map((item) => item.type)).toEqual(['message.noted', 'wait.opened']);
    expect(page.items[1]).toMatchObject({ conversationId: conversation, seq: null, version: null });
  });

  it('D1 everybody sees what is theirs; the cursor passes over the rest', async () => {
    const team = await gateway.call<{ id: string }>('POST', '/api/v1/teams', { token, body: { name: newId() } });
    const inside = await gateway.person('agent', { teamIds: [team.body.id] });
    const outside = await gateway.person('agent');
    const manager = await gateway.person('manager');
    const since = await now();
    const [channelTeam, ownTeam, assigned, free] = [newId(), newId(), newId(), newId()];
    const secret = { channelTeamIds: [newId()] };
    await gateway.tell(
      noted(channelTeam, 1, { channelTeamIds: [team.body.id] }),
      noted(ownTeam, 1, { ...secret, teamId: team.body.id }),
      noted(assigned, 1, { ...secret, assigneeId: inside.id }),
      noted(free, 1),
      noted(newId(), 1, secret),
    );
    const all = await follow(manager.token, since, 5);
    const seenBy = async (who: string) => {
      const page = await read(who, since);
      expect(page.cursor).toBe(all.cursor);
      return page.items.map((item) => item.conversationId);
    };
    expect(await seenBy(inside.token)).toEqual([channelTeam, ownTeam, assigned, free]);
    expect(await seenBy(outside.token)).toEqual([free]);
  });

  it('who loses a conversation sees it go, and nothing of it afterwards', async () => {
    const agent = await gateway.person('agent');
    const since = await now();
    const conversation = newId();
    const hidden = { channelTeamIds: [newId()] };
    await gateway.tell(noted(conversation, 1, { ...hidden, assigneeId: agent.id }));
    await follow(agent.token, since, 1);
    const moved: NewEvent<'conversation.assigned'> = {
      type: 'conversation.assigned',
      key: conversation,
      seq: 2,
      occurredAt: AT,
      payload: {
        conversation: facts(conversation, hidden),
        from: { assigneeId: agent.id, teamId: null },
        to: { assigneeId: null, teamId: null },
        by: { kind: 'system', rule: 'test' },
        at: AT.toISOString(),
      },
    };
    await gateway.tell(moved);
    await gateway.tell(noted(conversation, 3, hidden));
    await follow(token, since, 3);
    const page = await read(agent.token, since);
    expect(page.items.map((item) => item.type)).toEqual(['conversation.assigned']);
  });

  it('D5 a channel that is given to a team takes its conversations out of other people’s sight at once', async () => {
    const agent = await gateway.person('agent');
    const team = await gateway.call<{ id: string }>('POST', '/api/v1/teams', { token, body: { name: newId() } });
    const body = { kind: 'custom', name: 'Partner', config: {} };
    const channel = await gateway.call<{ id: string }>('POST', '/api/v1/channels', { token, body });
    const since = await now();
    const conversation = newId();
    const channelIds = [channel.body.id];
    await gateway.tell(noted(conversation, 1, { channelIds }));
    await follow(agent.token, since, 1);
    const give = (teamIds: string[]) =>
      gateway.call('PATCH', `/api/v1/channels/${channel.body.id}`, { token, body: { teamIds } });
    expect((await give([team.body.id])).status).toBe(200);
    expect((await read(agent.token, since)).items).toEqual([]);
    // an event that left before the change still says "everybody"
    await gateway.tell(noted(conversation, 2, { channelIds, channelTeamIds: [] }));
    await follow(token, since, 2);
    expect((await read(agent.token, since)).items).toEqual([]);
    await give([]);
    expect((await read(agent.token, since)).items).toHaveLength(2);
  });

  it('a reply is told without the letter itself', async () => {
    const since = await now();
    const conversation = newId();
    const outbound = { channelKind: 'email', to: [], mail: { replyTo: 'help+token@shop.test' } };
    const payload = { ...noted(conversation, 1).payload, channelKind: 'email', channelId: newId(), outbound };
    await gateway.tell({
      type: 'message.replied',
      key: conversation,
      seq: 1,
      payload: payload as never,
      occurredAt: AT,
    });
    const page = await follow(token, since, 1);
    expect(page.items[0]).toMatchObject({ type: 'message.replied', seq: 1, payload: { messageId: payload.messageId } });
    expect(JSON.stringify(page)).not.toContain('outbound');
  });

  it('customers who are merged are told to whoever sees one of their conversations', async () => {
    const agent = await gateway.person('agent');
    const since = await now();
    const mine = newId();
    const other = newId();
    await gateway.tell(
      noted(mine, 1, { channelTeamIds: [newId()], assigneeId: agent.id }),
      noted(other, 1, { channelTeamIds: [newId()] }),
    );
    const merged = (ids: string[]): NewEvent<'customer.merged'> => ({
      type: 'customer.merged',
      key: newId(),
      occurredAt: AT,
      payload: {
        fromId: newId(),
        intoId: newId(),
        conversationIds: ids,
        by: { kind: 'system', rule: 'test' },
        at: AT.toISOString(),
      },
    });
    await gateway.tell(merged([other]), merged([mine, other]));
    await follow(token, since, 4);
    const items = (await read(agent.token, since)).items.filter((item) => item.type === 'customer.merged');
    expect(items.map((item) => item.payload['conversationIds'])).toEqual([[mine, other]]);
  });

  it('a foreign cursor is refused in words', async () => {
    for (const since of ['nonsense', 'WyI5OTk5OTk5Il0', 'WyItMSJd', 'WzFd']) {
      const answer = await gateway.call<{ code: string }>('GET', `/api/v1/changes?since=${since}`, { token });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
    }
    const feed = gateway.running.app.get(ChangeFeed, { strict: false });
    expect(await feed.missedSince('WyI5OTk5OTk5Il0')).toBeNull();
    expect(await feed.missedSince(await feed.last())).toBe(0);
  });

  it('listeners hear each change once and in order; hooks run in the same transaction', async () => {
    const feed = gateway.running.app.get(ChangeFeed, { strict: false });
    const hooks = gateway.running.app.get(ProjectionHooks, { strict: false });
    const heard: ChangeEntry[] = [];
    const off = feed.onChange((entries) => heard.push(...entries));
    let within = 0;
    hooks.register('inbox.conversation.v1', async (tx, batch) => {
      within += batch.events.length;
      await tx.query('select 1');
    });
    await feed.last();
    await eventually(async () => {
      const probe = newId();
      await gateway.tell(noted(probe, 1));
      return eventually(() => heard.some((entry) => entry.change.conversationId === probe), 500);
    });
    const before = heard.length;
    const conversation = newId();
    for (let version = 1; version <= 20; version++)
      await gateway.tell(noted(conversation, version, { teamId: conversation }));
    await eventually(() => heard.length >= before + 20);
    off();
    const mine = heard.slice(before);
    expect(mine.map((entry) => entry.change.version)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(mine[0]!.audience).toEqual({ everybody: true, teamIds: [conversation], personIds: [] });
    expect((await read(token, mine.at(-1)!.cursor)).items).toEqual([]);
    expect(within).toBeGreaterThanOrEqual(20);
  });

  it('a batch takes two statements of the feed, however large', async () => {
    const { ChangeWriter } = await import('./change-writer.service.js');
    const writer = gateway.running.app.get(ChangeWriter, { strict: false });
    const events = Array.from({ length: 300 }, (_, i) => noted(idFrom('many', String(i % 40)), i + 1));
    const envelopes = events.map((event) => ({ ...event, version: 1, occurredAt: AT.toISOString() }) as never);
    await gateway.context.db.transaction(async (tx) => {
      const asked: LastStatement[] = []; // by this transaction: the database's own count hears of whatever else goes on
      const watched = Object.create(tx, {
        withCommit: { value: (last: LastStatement) => asked.push(last) },
      }) as typeof tx;
      expect(writer.write(watched, { topic: 'inbox.conversation.v1', events: envelopes })).toBe(true);
      expect(asked).toHaveLength(2);
      asked.forEach((last) => tx.withCommit(last));
    });
  });
});
