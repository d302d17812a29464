import { FakeClock } from '#kernel';
import type { AppContext } from '#platform';
import { testInstallation, type TestInstallation } from '#testing';
import { InboxContext } from '../inbox.context.js';
import { inboxMigrations } from '../migrations/index.js';
import { form, mail, sms } from '../testing/arrivals.js';
import { IntakeService } from './intake.service.js';

describe('the intake', () => {
  let installation: TestInstallation;
  let context: AppContext;
  let intake: IntakeService;
  beforeAll(async () => {
    installation = await testInstallation(new FakeClock());
    context = await installation.open('inbox', inboxMigrations);
    intake = new IntakeService(context as InboxContext);
  });
  afterAll(() => installation.close());

  const receive = (...arrivals: Parameters<IntakeService['receive']>[1]) =>
    context.db.retrying((tx) => intake.receive(tx, arrivals));
  const messagesOf = (text: string) =>
    context.db.query<{ seq: number; conversation_id: string; text: string }>(
      `select seq, conversation_id, text from messages
       where conversation_id in (select conversation_id from messages where text = $1) order by seq`,
      [text],
    );

  it('threads 500 messages of 100 new customers with two statements between fetch and flush', async () => {
    const arrivals = Array.from({ length: 500 }, (_, i) =>
      sms(`+1555100${String(i % 100).padStart(4, '0')}`, `bulk ${i}`),
    );
    const before = { ...context.db.count };
    await receive(...arrivals);
    // the log's flush is the third; its fetch, which this test does not run, the fourth
    expect(context.db.count.statements - before.statements).toBe(3);
    expect(context.db.count.commits - before.commits).toBe(1);
    const rows = await context.db.query<{ seqs: number[] }>(
      `select array_agg(seq order by id) as seqs from messages where text like 'bulk %' group by conversation_id`,
    );
    expect(rows).toHaveLength(100);
    for (const { seqs } of rows) expect(seqs).toEqual([1, 2, 3, 4, 5]);
  });

  it('adds nothing when a batch comes again', async () => {
    const arrivals = [sms('+15552000001', 'again 1'), mail('again@customer.test', 'again 2'), form('again', 'again 3')];
    await receive(...arrivals);
    const count = async () => (await context.db.query('select * from messages')).length;
    const events = async () => (await context.db.query('select * from log.events')).length;
    const before = [await count(), await events()];
    await receive(...arrivals);
    await receive(arrivals[2]!, arrivals[0]!);
    expect([await count(), await events()]).toEqual(before);
  });

  it('keeps one message for the same mail in two mailboxes, seen by both', async () => {
    const first = mail('twice@customer.test', 'to both of you');
    await receive(first);
    const second = { ...first, receiptId: 'other', channelId: form('x').channelId, channelTeamIds: [] };
    await receive(second, second);
    expect(await messagesOf('to both of you')).toHaveLength(1);
    const further = await context.db.query('select * from further_deliveries');
    expect(further).toHaveLength(1);
    const [row] = await context.db.query<{ channel_ids: string[] }>(
      `select channel_ids from conversations where id = (select conversation_id from messages where text = 'to both of you')`,
    );
    expect(row!.channel_ids).toHaveLength(2);
  });

  it('joins twenty messages that two intakes take at once into one conversation', async () => {
    const arrivals = Array.from({ length: 20 }, (_, i) => sms('+15553000001', `race ${i}`));
    await Promise.all(arrivals.map((arrival) => context.db.retrying((tx) => intake.receive(tx, [arrival]), 30)));
    const rows = await messagesOf('race 0');
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('makes a visible item of whatever comes', async () => {
    const nasty = 'a\u0000b \ud800 \u202eevil\u202c \u0000';
    const long = 'x'.repeat(10_000);
    const arrivals = [
      mail('nasty@customer.test', `nasty 1 ${nasty}`, {
        subject: nasty,
        html: `<p>${nasty}</p>`,
        from: { kind: 'email', scope: '', address: 'nasty@customer.test', display: nasty, name: nasty },
        mail: {
          references: Array.from({ length: 50 }, (_, i) => `<${i}${nasty}>`),
          cc: Array.from({ length: 1_000 }, (_, i) => ({ address: `${i}@x.test`, name: nasty })),
        },
      }),
      mail(`${long}@customer.test`, 'nasty 2', { dedupeKey: `mail:${long}`, subject: long }),
      form(`${nasty}`, 'nasty 3', { threadKey: long, dedupeKey: `form:${nasty}` }),
      mail('', 'nasty 4', { subject: null, mail: { messageId: '<>' } }),
      mail('nasty5@customer.test', 'nasty 5', { mail: { messageId: '<>' } }),
      sms('+15558000001', '', { parseProblem: 'The content could not be read.' }),
    ];
    await receive(...arrivals);
    await receive(...arrivals);
    const rows = await context.db.query<{ text: string }>(
      `select text from messages where text like 'nasty %' or parse_problem is not null`,
    );
    expect(rows).toHaveLength(6);
    const [{ display_name: name }] = (await context.db.query<{ display_name: string }>(
      `select display_name from customers where id in (
         select customer_id from conversations c join messages m on m.conversation_id = c.id where m.text like 'nasty 1%')`,
    )) as [{ display_name: string }];
    expect(name).toBe('ab \ufffd evil');
  });
});
