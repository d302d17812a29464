import fc from 'fast-check';
import type { ArrivedMessage } from '#contracts';
import { FakeClock } from '#kernel';
import type { AppContext } from '#platform';
import { testInstallation, type TestInstallation } from '#testing';
import { InboxContext } from '../inbox.context.js';
import { inboxMigrations } from '../migrations/index.js';
import { form, mail, sms } from '../testing/arrivals.js';
import { IntakeService } from './intake.service.js';

/** Some senders on several channels, repeats among them, cut into batches anywhere, some batches delivered again. */
const plan = fc.record({
  messages: fc.array(
    fc.record({ who: fc.integer({ min: 0, max: 5 }), channel: fc.constantFrom('sms', 'mail', 'form') }),
    {
      minLength: 1,
      maxLength: 60,
    },
  ),
  repeats: fc.array(fc.nat(), { maxLength: 20 }),
  cuts: fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 30 }),
  parallel: fc.boolean(),
  resolveAfter: fc.option(fc.nat({ max: 10 })),
});

describe('whatever order, repeats and batches arrivals come in', () => {
  let installation: TestInstallation;
  let context: AppContext;
  /** Two processes: each remembers only what it wrote itself. */
  let intakes: IntakeService[];
  let run = 0;
  beforeAll(async () => {
    installation = await testInstallation(new FakeClock());
    context = await installation.open('inbox', inboxMigrations);
    intakes = [new IntakeService(context as InboxContext), new IntakeService(context as InboxContext)];
  });
  afterAll(() => installation.close());

  it('every message is there once, numbered 1 to n, in at most one open conversation a customer', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ messages, repeats, cuts, parallel, resolveAfter }) => {
        const tag = `run${++run}`;
        const arrivals = messages.map(({ who, channel }, i) => arrivalOf(tag, who, channel, i));
        const stream = [...arrivals];
        for (const at of repeats) stream.splice(at % (stream.length + 1), 0, arrivals[at % arrivals.length]!);
        const batches = cutUp(stream, cuts);
        const take = (batch: ArrivedMessage[], process = 0) =>
          context.db.retrying((tx) => intakes[process]!.receive(tx, batch), 50);
        for (const [index, batch] of batches.entries()) {
          if (parallel) await Promise.all([take(batch), take(batch, 1), take(batches[index + 1] ?? batch)]);
          else await take(batch, index % 3 === 2 ? 1 : 0);
          if (index === resolveAfter) await resolveAll(context, tag);
        }
        await check(context, tag, arrivals);
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});

function arrivalOf(tag: string, who: number, channel: string, index: number): ArrivedMessage {
  const text = `${tag} message ${index}`;
  if (channel === 'sms') return sms(`+1${tag}-${who}`, text);
  return channel === 'mail'
    ? mail(`${tag}-${who}@x.test`, text)
    : form(`${tag}-${who}`, text, { threadKey: `k${index % 3}` });
}

function cutUp(stream: ArrivedMessage[], cuts: number[]): ArrivedMessage[][] {
  const batches: ArrivedMessage[][] = [];
  for (let at = 0, i = 0; at < stream.length; i++) {
    const size = cuts[i % cuts.length]!;
    batches.push(stream.slice(at, at + size));
    at += size;
  }
  return batches;
}

async function resolveAll(context: AppContext, tag: string): Promise<void> {
  await context.db.query(
    `update conversations set status = 'resolved', resolved_at = '2026-11-20T08:00:00Z'
     where id in (select conversation_id from messages where text like $1)`,
    [`${tag} %`],
  );
}

async function check(context: AppContext, tag: string, arrivals: ArrivedMessage[]): Promise<void> {
  const rows = await context.db.query<{
    text: string;
    seq: number;
    conversationId: string;
    lastSeq: number;
    version: number;
  }>(
    `select m.text, m.seq, c.id as "conversationId", c.last_seq as "lastSeq", c.version
     from messages m join conversations c on c.id = m.conversation_id where m.text like $1 order by c.id, m.seq`,
    [`${tag} %`],
  );
  expect(rows.map((row) => row.text).sort()).toEqual(arrivals.map((arrival) => arrival.text).sort());
  const numbers = new Map<string, number[]>();
  for (const row of rows) numbers.set(row.conversationId, [...(numbers.get(row.conversationId) ?? []), row.seq]);
  for (const [id, seqs] of numbers) {
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(rows.find((row) => row.conversationId === id)!.lastSeq).toBe(seqs.length);
    const events = await context.db.query<{ seq: number }>(
      `select (envelope::json ->> 'seq')::int as seq from log.events where key = $1 order by position`,
      [id],
    );
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(rows.find((row) => row.conversationId === id)!.version).toBe(events.length);
  }
  const crowded = await context.db.query(
    `select customer_id from conversations where status <> 'resolved' and apart is null group by 1 having count(*) > 1`,
  );
  expect(crowded).toEqual([]);
}
