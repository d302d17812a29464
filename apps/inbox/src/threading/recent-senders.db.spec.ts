import type { ArrivedMessage, ConversationView } from '#contracts';
import type { Tx } from '#database';
import { idFrom } from '#kernel';
import { eventually } from '#testing';
import type { InboxContext } from '../inbox.context.js';
import { CHANNELS, sms } from '../testing/arrivals.js';
import { InboxApp } from '../testing/inbox-app.js';
import { IntakeService } from './intake.service.js';

describe('a sender who writes again', () => {
  let inbox: InboxApp;
  let intake: IntakeService;
  beforeAll(async () => {
    inbox = await InboxApp.start();
    intake = new IntakeService(inbox.context as InboxContext);
  });
  afterAll(() => inbox.close());
  let phones = 0;
  const phone = () => `+1555400${String(++phones).padStart(4, '0')}`;

  /** How many senders each reading went by memory for. */
  let held: number[] = [];
  const watched = (tx: Tx): Tx => {
    const watching = Object.create(tx) as Tx;
    watching.query = async <Row>(sql: string, parameters?: unknown[]) => {
      const rows = await tx.query<Row>(sql, parameters);
      held.push(...rows.flatMap((row) => (row as { held?: number[] }).held?.length ?? []));
      return rows;
    };
    watching.withCommit = (last) => tx.withCommit(last);
    watching.afterCommit = (hook) => tx.afterCommit(hook);
    watching.beforeCommit = (hook) => tx.beforeCommit(hook);
    return watching;
  };
  const receive = async (...arrivals: ArrivedMessage[]): Promise<ConversationView> => {
    held = [];
    await inbox.context.db.retrying((tx) => intake.receive(watched(tx), arrivals), 10);
    return inbox.conversationOf(arrivals.at(-1)!);
  };
  const lastFact = async (id: string) => (await inbox.events(id)).at(-1)!;

  it('is known, and is not looked for', async () => {
    const from = phone();
    const { id } = await receive(sms(from, 'one'));
    expect(held).toEqual([0]);
    const again = await receive(sms(from, 'two'), sms(phone(), 'of somebody new'), sms(from, 'three'));
    expect(held).toEqual([1]);
    expect(again).toMatchObject({ id, seq: 3, version: 3, preview: 'three' });
    expect((await inbox.messages(id)).map(({ text, seq }) => `${seq} ${text}`)).toEqual(['1 one', '2 two', '3 three']);
  });

  const agent = idFrom('agent of memory');
  const team = idFrom('team of memory');
  it.each<[string, (conversation: ConversationView) => Promise<unknown>, object]>([
    [
      'somebody took it',
      ({ id }) => inbox.call('PATCH', `conversations/${id}`, { assigneeId: agent, tags: ['vip'] }, { personId: agent }),
      { tags: ['vip'], audience: { assigneeId: agent } },
    ],
    [
      'it was resolved',
      ({ id }) => inbox.call('PATCH', `conversations/${id}`, { status: 'resolved', reason: 'spam' }),
      { status: 'open' },
    ],
    [
      'the customer got a name',
      ({ customer }) => inbox.call('PATCH', `customers/${customer.id}`, { displayName: 'Ioana' }),
      { customer: { displayName: 'Ioana' } },
    ],
    [
      'its channel got teams',
      async () => {
        const payload = {
          id: CHANNELS.sms,
          kind: 'sms' as const,
          name: 'Line',
          slaKind: 'sms' as const,
          address: '+15550000001',
          config: {},
          sealedSecrets: '',
          teamIds: [team],
          removed: false,
        };
        await inbox.append([{ type: 'channel.changed', key: CHANNELS.sms, occurredAt: inbox.clock.now(), payload }]);
        await inbox.settled();
      },
      { audience: { channelTeamIds: [team] } },
    ],
    [
      'another process wrote to it',
      async ({ customer }) => {
        const other = new IntakeService(inbox.context as InboxContext);
        const arrival = sms(customer.displayName, 'elsewhere');
        await inbox.context.db.transaction((tx) => other.receive(tx, [arrival]));
      },
      { lastSeq: 3 },
    ],
  ])('is read anew when %s', async (_, change, facts) => {
    const from = phone();
    const before = await receive(sms(from));
    await change(before);
    const after = await receive(sms(from, 'again'));
    expect(held).toEqual([0]);
    expect(after.id).toBe(before.id);
    expect(await lastFact(after.id)).toMatchObject({
      type: 'message.received',
      seq: after.version,
      payload: { conversation: { ...facts, lastSeq: after.seq } },
    });
    await receive(sms(from, 'and again'));
    expect(held).toEqual([1]);
    expect((await lastFact(after.id)).payload).toMatchObject({ conversation: { ...facts, lastSeq: after.seq + 1 } });
  });

  it('goes on as the living customer after a merge', async () => {
    const [a, b] = [phone(), phone()];
    const [one, two] = [await receive(sms(a)), await receive(sms(b))];
    await inbox.call('POST', `customers/${two.customer.id}/merge`, { intoId: one.customer.id });
    expect(await receive(sms(b, 'after'))).toMatchObject({ id: two.id, customer: { id: one.customer.id } });
    expect(held).toEqual([0]);
    expect((await lastFact(two.id)).payload).toMatchObject({ conversation: { customer: { id: one.customer.id } } });
  });

  it('may have two addresses, which go apart when one of them is told to', async () => {
    const [a, b] = [phone(), phone()];
    const { id, customer } = await receive(sms(a));
    await inbox.call('POST', `customers/${customer.id}/addresses`, { kind: 'phone', address: b });
    expect(await receive(sms(b, 'b1'), sms(a, 'a2'))).toMatchObject({ id, seq: 3 });
    expect(await receive(sms(a, 'a3'))).toMatchObject({ id, seq: 4 });
    expect(held).toEqual([1]);
    expect(await receive(sms(b, 'b2'))).toMatchObject({ id, seq: 5 });
    expect(held).toEqual([0]);
    await inbox.call('PATCH', `conversations/${id}`, { status: 'resolved', reason: 'spam' });
    await inbox.context.db.query(
      `update conversations set resolved_at = resolved_at - interval '8 days' where id = $1`,
      [id],
    );
    const next = await receive(sms(b, 'b3'));
    expect(next).toMatchObject({ seq: 1, customer: { id: customer.id } });
    expect(next.id).not.toBe(id);
    expect(await receive(sms(a, 'a4'), sms(b, 'b4'))).toMatchObject({ id: next.id, seq: 3, preview: 'b4' });
    expect((await inbox.messages(id)).filter(({ text }) => text !== '').map(({ text }) => text)).toEqual([
      'Hello',
      'b1',
      'a2',
      'a3',
      'b2',
    ]);
  });

  it('is read anew when it changed while we waited for its lock', async () => {
    const from = phone();
    const { id } = await receive(sms(from));
    let release: () => void = () => undefined;
    const go = new Promise<void>((resolve) => (release = resolve));
    let locked: () => void = () => undefined;
    const isLocked = new Promise<void>((resolve) => (locked = resolve));
    const other = inbox.context.db.transaction(async (tx) => {
      await tx.query(`update conversations set priority = 'urgent' where id = $1`, [id]);
      locked();
      await go;
    });
    await isLocked;
    const received = receive(sms(from, 'again'));
    await eventually(async () => {
      const waiting = await inbox.context.db.query('select 1 from pg_locks where not granted');
      return waiting.length > 0 ? true : undefined;
    });
    release();
    await other;
    await received;
    expect(held).toEqual([1, 0]);
    expect((await lastFact(id)).payload).toMatchObject({ conversation: { priority: 'urgent', lastSeq: 2 } });
  });

  it('is as it was when the transaction fails', async () => {
    const from = phone();
    await receive(sms(from));
    const failing = inbox.context.db.transaction(async (tx) => {
      await intake.receive(tx, [sms(from, 'never')]);
      throw new Error('down');
    });
    await expect(failing).rejects.toThrow('down');
    expect(await receive(sms(from, 'after all'))).toMatchObject({ seq: 2, version: 2, preview: 'after all' });
  });
});
