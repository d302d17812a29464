// Breaches with 100,000 open waits while messages arrive: lateness of each breach, and what an empty tick costs.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Page, WaitView } from '#contracts';
import { connect, text } from '../../e2e/lib/customers.js';
import { Product } from '../../e2e/lib/product.js';
import { cpuSeconds, ground } from '../lib/ground.js';
import { percentile, verdict } from '../lib/stats.js';

const OPEN = 100_000;
const SECONDS = 60;
const PER_SECOND = 20;
/** Promises that break in the same instant, while messages arrive. */
const AT_ONCE = 300;

const base = await ground();
const product = await Product.start('standalone', { DATABASE_URL: await base.database('timers') });
try {
  const channel = await connect(product, 'sms');
  await product.post('sla/policies', {
    name: 'five seconds',
    rank: 1,
    scope: { channelKinds: ['sms'] },
    targets: ['first_response', 'next_response'].map((kind) => ({ kind, target: 'PT5S', basis: 'clock' })),
    warnAt: [0.5, 0.8],
    chain: [{ at: { overdue: 'PT0S' }, to: 'slack' }],
  });
  const client = new pg.Client({ connectionString: product.databaseUrl });
  await client.connect();
  const empty: Record<number, number> = {};
  let filled = 0;
  for (const size of [1_000, OPEN]) {
    await open(client, size - filled, 2 * 86_400);
    filled = size;
    empty[size] = await emptyTick(client);
    console.log(
      `empty tick at ${size} open waits: ${empty[size].toFixed(3)} ms in the database, ${(await idleCpu(product)).toFixed(1)} % of a core idle`,
    );
  }
  console.log(verdict('empty tick at 100,000 / at 1,000', [empty[OPEN]! / empty[1_000]!], { atMost: 2 }));
  await open(client, AT_ONCE, 20);
  for (let n = 0; n < SECONDS * PER_SECOND; n++) {
    await text(channel, `+1555${String(6_000_000 + n)}`, `breach ${n}`);
    await pause(1_000 / PER_SECOND / 2);
  }
  await pause(8_000);
  const lateness: number[] = [];
  for (let cursor = ''; ;) {
    const page: Page<WaitView> = await product.get(
      `sla/waits?outcome=breached&limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    lateness.push(...page.items.map((wait) => Date.parse(wait.detectedAt!) - Date.parse(wait.dueAt)));
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  console.log(
    `${lateness.length} breaches: p50 ${percentile(lateness, 50)} ms, p99 ${percentile(lateness, 99)} ms, max ${Math.max(...lateness)} ms late`,
  );
  console.log(
    verdict('breach lateness p99 in seconds, 100,000 open waits', [percentile(lateness, 99) / 1_000], { atMost: 1 }),
  );
  const expected = SECONDS * PER_SECOND + AT_ONCE;
  if (lateness.length !== expected) throw new Error(`void: ${lateness.length} breaches, expected ${expected}`);
  await client.end();
} finally {
  await product.close();
  await base.close();
}

/** Customers who wait, each with a promise of its own that breaks in so many seconds: all of them in the same instant. */
async function open(client: pg.Client, count: number, seconds: number): Promise<void> {
  await client.query(
    `with conversation as (
       insert into sla.conversations (id, customer_id, customer_name, next_at)
       select gen_random_uuid(), gen_random_uuid(), 'Customer ' || n, now() + $2::float8 * interval '1 second'
       from generate_series(1, $1::int) n returning id, customer_id, next_at
     ), wait as (
       insert into sla.waits (id, conversation_id, thread_id, customer_id, kind, state, opened_at, received_at,
         opening_message_id, opening_channel_kind, opening_seq, last_seq, candidates, channel_id, channel_kind, sla_kind,
         deadline_message_id, list_version, target_seconds, starts_at, deadline_at, opened_facts, priority)
       select gen_random_uuid(), id, id, customer_id, 'first_response', 'open', now(), now(), gen_random_uuid(), 'sms',
              1, 1, '[]', gen_random_uuid(), 'sms', 'chat', gen_random_uuid(), 1, $2, now(), next_at,
              '{"priority":"normal","tags":[],"teamId":null,"assigneeId":null,"channelKind":"sms","slaKind":"chat"}', 'normal'
       from conversation returning id, deadline_at
     )
     insert into sla.escalations (id, wait_id, level, at, recipient, due_at, state)
     select gen_random_uuid(), id, 1, '{"overdue":"PT0S"}', '"slack"', deadline_at, 'pending' from wait`,
    [count, seconds],
  );
  await client.query('analyze sla.conversations, sla.waits, sla.escalations');
}

/** The worker's own question when nothing is due, asked 500 times. */
async function emptyTick(client: pg.Client): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 500; n++) {
    const began = performance.now();
    await client.query(
      'select id from sla.conversations where next_at is not null and next_at <= now() order by next_at limit 500 for update skip locked',
    );
    times.push(performance.now() - began);
  }
  return percentile(times, 50);
}

async function idleCpu(target: Product): Promise<number> {
  const pid = target.pid('sla');
  const before = cpuSeconds(pid);
  await pause(10_000);
  return (cpuSeconds(pid) - before) * 10;
}
