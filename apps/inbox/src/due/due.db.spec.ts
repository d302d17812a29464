import type { ConversationView, DeliveryState, DueView, Page } from '#contracts';
import { newId } from '#kernel';
import { eventually } from '#testing';
import { sms } from '../testing/arrivals.js';
import { InboxApp } from '../testing/inbox-app.js';

describe('what sla and notifier tell inbox', () => {
  let inbox: InboxApp;
  beforeAll(async () => (inbox = await InboxApp.start()));
  afterAll(() => inbox.close());
  let n = 0;
  const conversation = async () => (await inbox.arrive(sms(`+1555500${String(++n).padStart(4, '0')}`)))[0]!;
  const due = (dueAt: string): DueView => ({
    waitId: newId(),
    kind: 'first_response',
    openedAt: '2026-11-20T09:00:00.000Z',
    dueAt,
    breachedAt: null,
  });
  const tell = async (
    type: 'wait.opened' | 'wait.warned' | 'wait.cancelled' | 'wait.reopened',
    conversationId: string,
    value: DueView | null,
    more: Record<string, unknown> = {},
  ) => {
    await inbox.append([
      {
        type,
        key: conversationId,
        occurredAt: inbox.clock.now(),
        payload: { conversationId, due: value, ...more } as never,
      },
    ]);
    await inbox.settled();
  };
  const get = (id: string) => inbox.get<ConversationView>(`conversations/${id}`);

  it('shows and sorts by the next due', async () => {
    const [late, soon, none] = [await conversation(), await conversation(), await conversation()];
    await tell('wait.opened', late.id, due('2026-11-20T12:00:00.000Z'));
    await tell('wait.opened', soon.id, due('2026-11-20T08:00:00.000Z'));
    expect((await get(soon.id)).due).toMatchObject({ dueAt: '2026-11-20T08:00:00.000Z', kind: 'first_response' });
    const list = await inbox.get<Page<ConversationView>>('conversations?sort=due');
    expect(list.items.map((c) => c.id)).toEqual([soon.id, late.id, none.id]);
    expect(await inbox.get('counts')).toMatchObject({ late: 1, inbox: 3 });
    await tell('wait.cancelled', soon.id, null);
    expect((await get(soon.id)).due).toBeNull();
  });

  it('knows that a customer waits again when the answer failed', async () => {
    const { id } = await conversation();
    await inbox.call('POST', `conversations/${id}/replies`, { clientId: newId(), text: 'Yes', seenSeq: 1 });
    inbox.clock.advance(1_000);
    await tell('wait.reopened', id, due('2026-11-20T12:00:00.000Z'));
    expect((await inbox.call('PATCH', `conversations/${id}`, { status: 'resolved' })).status).toBe(409);
  });

  it('opens a conversation again that was resolved or asleep when the answer failed: somebody has to see it', async () => {
    const [resolved, asleep] = [await conversation(), await conversation()];
    for (const { id } of [resolved, asleep])
      await inbox.call('POST', `conversations/${id}/replies`, { clientId: newId(), text: 'Yes', seenSeq: 1 });
    await inbox.call('PATCH', `conversations/${resolved.id}`, { status: 'resolved' });
    await inbox.call('PATCH', `conversations/${asleep.id}`, { snoozedUntil: '2026-11-29T09:00:00.000Z' });
    inbox.clock.advance(1_000);
    for (const { id } of [resolved, asleep]) {
      await tell('wait.reopened', id, due('2026-11-20T12:00:00.000Z'));
      expect(await get(id)).toMatchObject({ status: 'open', due: { dueAt: '2026-11-20T12:00:00.000Z' } });
      expect((await inbox.messages(id)).at(-1)!.system).toMatchObject({
        event: 'reopened',
        data: { by: { kind: 'system', rule: 'reply_failed' } },
      });
    }
  });

  it('leaves it as it is where another conversation of the customer is open', async () => {
    const phone = `+1555501${String(++n).padStart(4, '0')}`;
    const [old] = await inbox.arrive(sms(phone));
    await inbox.call('PATCH', `conversations/${old!.id}`, { status: 'resolved', reason: 'no_reply_needed' });
    const [next] = await inbox.arrive(sms(phone, 'later', { receivedAt: '2026-12-20T09:00:00.000Z' }));
    expect(next!.id).not.toBe(old!.id);
    await tell('wait.reopened', old!.id, due('2026-11-20T12:00:00.000Z'));
    expect(await get(old!.id)).toMatchObject({ status: 'resolved' });
  });

  it('lets a conversation be resolved right after the answer, though sla has not spoken yet', async () => {
    const { id } = await conversation();
    await tell('wait.opened', id, due('2026-11-20T12:00:00.000Z'));
    inbox.clock.advance(1_000);
    await inbox.call('POST', `conversations/${id}/replies`, { clientId: newId(), text: 'Yes', seenSeq: 1 });
    expect((await inbox.call('PATCH', `conversations/${id}`, { status: 'resolved' })).status).toBe(200);
  });

  it('wakes what sleeps when four fifths of the time have passed, not before', async () => {
    const { id } = await conversation();
    await inbox.call('PATCH', `conversations/${id}`, { status: 'snoozed' });
    await tell('wait.warned', id, due('2026-11-20T12:00:00.000Z'), { fraction: 0.5 });
    expect((await get(id)).status).toBe('snoozed');
    await tell('wait.warned', id, due('2026-11-20T12:00:00.000Z'), { fraction: 0.8 });
    expect((await get(id)).status).toBe('open');
    expect((await inbox.events(id)).at(-1)!.payload).toMatchObject({ by: { kind: 'system', rule: 'wait_warned' } });
  });

  it('wakes when the snooze ends, by itself', async () => {
    const { id } = await conversation();
    const snoozedUntil = new Date(inbox.clock.now().getTime() + 60_000).toISOString();
    const answer = await inbox.call('PATCH', `conversations/${id}`, { snoozedUntil });
    expect(answer.body).toMatchObject({ status: 'snoozed', snoozedUntil });
    inbox.clock.advance(60_000);
    // the clock of the test jumps, so the worker is told to look again
    const other = await conversation();
    await inbox.call('PATCH', `conversations/${other.id}`, { snoozedUntil: '2027-01-01T00:00:00.000Z' });
    await eventually(async () => (await get(id)).status === 'open');
    expect((await inbox.messages(id)).at(-1)!.system).toMatchObject({ event: 'reopened' });
    expect((await get(other.id)).status).toBe('snoozed');
  });

  it('wakes when the customer writes', async () => {
    const from = '+15559990001';
    const [{ id }] = (await inbox.arrive(sms(from))) as [ConversationView];
    await inbox.call('PATCH', `conversations/${id}`, { status: 'snoozed' });
    await inbox.arrive(sms(from, 'still there?'));
    expect(await get(id)).toMatchObject({ status: 'open', snoozedUntil: null, seq: 3 });
    expect((await inbox.events(id)).map((event) => event.type)).toEqual([
      'message.received',
      'conversation.status_changed',
      'conversation.status_changed',
      'message.received',
    ]);
  });

  it('shows how far a reply came, and never steps back', async () => {
    const { id } = await conversation();
    const { body } = await inbox.call<{ id: string }>('POST', `conversations/${id}/replies`, {
      clientId: newId(),
      text: 'Yes',
      seenSeq: 1,
    });
    const report = async (from: DeliveryState | null, to: DeliveryState, reason: string | null = null) => {
      const payload = {
        conversationId: id,
        messageId: body.id,
        from,
        to,
        reason,
        providerId: 'SM1',
        messageIdHeader: null,
      };
      await inbox.append([
        { type: 'delivery.changed', key: id, occurredAt: inbox.clock.now(), payload: payload as never },
      ]);
      await inbox.settled();
      return (await inbox.messages(id)).find((m) => m.id === body.id)!.delivery;
    };
    expect(await report('queued', 'failed', 'number is blocked')).toEqual({
      state: 'failed',
      reason: 'number is blocked',
      providerId: 'SM1',
    });
    expect(await report('failed', 'queued')).toMatchObject({ state: 'queued', reason: null });
    expect(await report('sending', 'delivered')).toMatchObject({ state: 'delivered' });
    expect(await report('sending', 'sent')).toMatchObject({ state: 'delivered' });
    expect(await report('delivered', 'read')).toMatchObject({ state: 'read' });
  });

  it('counts threaded messages exactly', async () => {
    const response = await inbox.context.db.query<{ n: number }>(
      `select count(*)::int as n from messages where kind = 'inbound'`,
    );
    const text = await inbox.installation.parts.metrics.text();
    expect(text).toContain(`kairos_messages_threaded_total{channel="sms"} ${response[0]!.n}`);
  });
});
