import type { ConversationView, MessageView, Page } from '#contracts';
import { idFrom, newId } from '#kernel';
import { CHANNELS, mail, sms } from '../testing/arrivals.js';
import { InboxApp } from '../testing/inbox-app.js';

describe('conversations over HTTP', () => {
  let inbox: InboxApp;
  beforeAll(async () => (inbox = await InboxApp.start()));
  afterAll(() => inbox.close());
  const agent = { role: 'agent' as const, personId: idFrom('agent'), teamIds: [] as string[] };
  let phones = 0;
  const phone = () => `+1555300${String(++phones).padStart(4, '0')}`;

  describe('reading', () => {
    it('shows what came, as the contract says', async () => {
      const from = phone();
      const [conversation] = await inbox.arrive(sms(from, 'Where is my parcel?'));
      expect(conversation).toMatchObject({
        status: 'open',
        customer: { displayName: from },
        channelKinds: ['sms'],
        assigneeId: null,
        priority: 'normal',
        tags: [],
        seq: 1,
        version: 1,
        preview: 'Where is my parcel?',
        lastMessageAt: '2026-11-20T09:00:00.000Z',
        due: null,
      });
      const [message] = await inbox.messages(conversation!.id);
      expect(message).toMatchObject({
        seq: 1,
        kind: 'inbound',
        automatic: false,
        channelKind: 'sms',
        from: { address: from },
        text: 'Where is my parcel?',
        delivery: null,
        rawUrl: `/api/v1/messages/${message!.id}/raw`,
      });
    });

    it('pages through every conversation once, in each order', async () => {
      await inbox.arrive(
        ...Array.from({ length: 12 }, (_, i) =>
          sms(phone(), `paged ${i}`, { receivedAt: `2026-11-20T09:0${i % 3}:00.000Z` }),
        ),
      );
      const all = (await inbox.get<Page<ConversationView>>('conversations?limit=200')).items.map((c) => c.id);
      for (const sort of ['due', 'newest', 'oldest']) {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page: Page<ConversationView> = await inbox.get(
            `conversations?sort=${sort}&limit=5${cursor ? `&cursor=${cursor}` : ''}`,
          );
          seen.push(...page.items.map((c) => c.id));
          cursor = page.nextCursor;
        } while (cursor);
        expect([...seen].sort()).toEqual([...all].sort());
        expect(new Set(seen).size).toBe(seen.length);
      }
    });

    it('filters by status, assignee, tag, channel, customer and words', async () => {
      const [one] = await inbox.arrive(mail(`${newId()}@Customer.test`, 'An unusual xylophone'));
      const id = one!.id;
      await inbox.call('PATCH', `conversations/${id}`, { assigneeId: agent.personId, tags: ['music'] }, agent);
      const found = async (query: string, who = agent) =>
        (await inbox.get<Page<ConversationView>>(`conversations?${query}`, who)).items.map((c) => c.id);
      for (const query of [
        'tag=music',
        'assignee=me',
        `assignee=${agent.personId}`,
        `customer=${one!.customer.id}`,
        'q=XYLOPHONE',
        'q=customer.test&tag=music',
        'channel=email&tag=music',
        `channel=${CHANNELS.email}&tag=music&status=open`,
      ]) {
        expect([query, await found(query)]).toEqual([query, [id]]);
      }
      for (const query of [
        'tag=musi',
        'assignee=none&tag=music',
        'q=xylophone%25',
        'channel=sms&tag=music',
        'status=resolved&tag=music',
      ]) {
        expect([query, await found(query)]).toEqual([query, []]);
      }
    });

    it('hides what the team may not see: not in the list, 404 by id', async () => {
      const team = newId();
      const [hidden] = await inbox.arrive(sms(phone(), 'taint', { channelId: newId(), channelTeamIds: [team] }));
      const stranger = { ...agent, personId: newId() };
      const path = `conversations/${hidden!.id}`;
      expect((await inbox.call('GET', path, undefined, stranger)).status).toBe(404);
      expect((await inbox.call('GET', `${path}/messages`, undefined, stranger)).status).toBe(404);
      expect((await inbox.call('PATCH', path, { priority: 'high' }, stranger)).status).toBe(404);
      expect((await inbox.get<Page<ConversationView>>('conversations?q=taint', stranger)).items).toEqual([]);
      expect((await inbox.call('GET', path, undefined, { ...stranger, teamIds: [team] })).status).toBe(200);
    });

    it('follows the teams of a channel at once', async () => {
      const [team, channelId] = [newId(), newId()];
      const [{ id }] = (await inbox.arrive(sms(phone(), 'open to all', { channelId }))) as [ConversationView];
      const stranger = { ...agent, personId: newId() };
      const change = async (teamIds: string[], removed = false) => {
        const payload = {
          id: channelId,
          kind: 'sms' as const,
          name: 'Line',
          slaKind: 'sms' as const,
          address: '+15550000009',
          config: {},
          sealedSecrets: '',
          teamIds,
          removed,
        };
        await inbox.append([{ type: 'channel.changed', key: channelId, occurredAt: inbox.clock.now(), payload }]);
        await inbox.settled();
        return (await inbox.call('GET', `conversations/${id}`, undefined, stranger)).status;
      };
      expect(await change([])).toBe(200);
      expect(await change([team])).toBe(404);
      expect(await change([])).toBe(200);
      await change([], true);
      const reply = { clientId: newId(), text: 'Yes', seenSeq: 1 };
      expect((await inbox.call('POST', `conversations/${id}/replies`, reply)).body).toMatchObject({
        code: 'unknown_channel',
      });
    });

    it('refuses in words what makes no sense', async () => {
      for (const path of [
        'conversations?status=closed',
        'conversations?limit=0',
        'conversations?limit=201',
        'conversations?sort=due;drop%20table%20messages',
        'conversations?cursor=nonsense',
        `conversations?cursor=${Buffer.from('["due","x","y","z"]').toString('base64url')}`,
        'conversations?assignee=somebody',
        'conversations?status=open&status=resolved',
        "conversations?channel=' or 1=1 --",
        'conversations?q=a%00b',
        `conversations/${newId()}/messages?afterSeq=-1`,
        `conversations/${newId()}/messages?cursor=W10`,
      ]) {
        const answer = await inbox.call('GET', path);
        expect([path, answer.status]).toEqual([path, 400]);
        expect(answer.body).toMatchObject({ status: 400, detail: expect.any(String), code: expect.any(String) });
      }
      expect((await inbox.call('GET', 'conversations/nonsense')).status).toBe(404);
      expect((await inbox.call('GET', `conversations/${newId()}`)).status).toBe(404);
      expect((await inbox.call('GET', 'conversations', undefined, null)).status).toBe(401);
      expect((await inbox.call('GET', 'conversations?q=%27%3B%20drop%20table%20messages%3B--%20%25%5F')).status).toBe(
        200,
      );
    });

    it('pages messages forwards and backwards', async () => {
      const from = phone();
      const [conversation] = await inbox.arrive(...Array.from({ length: 7 }, (_, i) => sms(from, `m${i + 1}`)));
      const page = (query: string) =>
        inbox.get<Page<MessageView>>(`conversations/${conversation!.id}/messages?${query}`);
      const first = await page('limit=3');
      expect(first.items.map((m) => m.seq)).toEqual([1, 2, 3]);
      expect((await page(`limit=3&cursor=${first.nextCursor}`)).items.map((m) => m.seq)).toEqual([4, 5, 6]);
      expect((await page('afterSeq=5')).items.map((m) => m.seq)).toEqual([6, 7]);
      const last = await page('beforeSeq=7&limit=2');
      expect(last.items.map((m) => m.seq)).toEqual([5, 6]);
      expect((await page(`limit=2&cursor=${last.nextCursor}`)).items.map((m) => m.seq)).toEqual([3, 4]);
    });
  });

  describe('changing', () => {
    it('assigns, tags and prioritises, with a line and an event each, numbered without gaps', async () => {
      const ada = await inbox.person('ada');
      const [{ id }] = (await inbox.arrive(sms(phone()))) as [ConversationView];
      const answer = await inbox.call<ConversationView>('PATCH', `conversations/${id}`, {
        assigneeId: ada,
        priority: 'urgent',
        tags: ['vip', 'vip', ' late '],
      });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        assigneeId: ada,
        priority: 'urgent',
        tags: ['vip', 'late'],
        seq: 4,
        version: 4,
      });
      const messages = await inbox.messages(id);
      expect(messages.map((m) => [m.seq, m.kind, m.system?.event])).toEqual([
        [1, 'inbound', undefined],
        [2, 'system', 'assigned'],
        [3, 'system', 'priority_changed'],
        [4, 'system', 'tags_changed'],
      ]);
      expect((await inbox.events(id)).map((event) => [event.type, event.seq])).toEqual([
        ['message.received', 1],
        ['conversation.assigned', 2],
        ['conversation.priority_changed', 3],
        ['conversation.tags_changed', 4],
      ]);
      const again = await inbox.call<ConversationView>('PATCH', `conversations/${id}`, { priority: 'urgent' });
      expect(again.body).toMatchObject({ seq: 4, version: 4 });
    });

    it('asks why when a customer waits, and takes a reason', async () => {
      const [{ id }] = (await inbox.arrive(sms(phone()))) as [ConversationView];
      const refused = await inbox.call('PATCH', `conversations/${id}`, { status: 'resolved' });
      expect(refused).toMatchObject({ status: 409, body: { code: 'customer_waits' } });
      const taken = await inbox.call('PATCH', `conversations/${id}`, { status: 'resolved', reason: 'no_reply_needed' });
      expect(taken).toMatchObject({ status: 200, body: { status: 'resolved' } });
      expect((await inbox.events(id)).at(-1)).toMatchObject({
        type: 'conversation.status_changed',
        payload: { from: 'open', to: 'resolved', reason: 'no_reply_needed', messageSeq: 2 },
      });
      expect((await inbox.call('PATCH', `conversations/${id}`, { status: 'open' })).body).toMatchObject({
        status: 'open',
      });
      expect((await inbox.call('PATCH', `conversations/${id}`, { status: 'resolved' })).status).toBe(200);
    });

    it('does not reopen beside another open conversation of the customer', async () => {
      const from = phone();
      const [{ id }] = (await inbox.arrive(sms(from))) as [ConversationView];
      await inbox.call('PATCH', `conversations/${id}`, { status: 'resolved', reason: 'spam' });
      await inbox.arrive(sms(from, 'much later', { receivedAt: '2026-12-20T09:00:00.000Z' }));
      const refused = await inbox.call('PATCH', `conversations/${id}`, { status: 'open' });
      expect(refused).toMatchObject({ status: 409, body: { code: 'another_open' } });
    });

    it('refuses wrong shapes with 400, never 500', async () => {
      const [{ id }] = (await inbox.arrive(sms(phone()))) as [ConversationView];
      for (const body of [
        { status: 'closed' },
        { status: ['open'] },
        { status: {} },
        { reason: 'because' },
        { assigneeId: 'me' },
        { assigneeId: {} },
        { assigneeId: newId() },
        { teamId: newId() },
        { teamId: 1 },
        { priority: 'asap' },
        { priority: 5 },
        { tags: 'vip' },
        { tags: [1] },
        { tags: [''] },
        { tags: [{}] },
        { tags: ['a\nb'] },
        { snoozedUntil: 'tomorrow' },
        { snoozedUntil: '2020-01-01T00:00:00Z' },
        { snoozedUntil: 5 },
        { status: 'resolved', snoozedUntil: '2030-01-01T00:00:00Z' },
        { unknown: true },
        [],
        '"text"',
        '{broken',
      ]) {
        const answer = await inbox.call('PATCH', `conversations/${id}`, body);
        expect([body, answer.status]).toEqual([body, 400]);
      }
    });
  });

  it("counts what is open, mine, nobody's and late", async () => {
    const counts = await inbox.get('counts');
    expect(counts).toEqual({ inbox: expect.any(Number), mine: 0, unassigned: expect.any(Number), late: 0 });
  });
});
