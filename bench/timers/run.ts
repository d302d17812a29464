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
  for (const size of [1_000, OPEN]) {
    await open(client, size);
    empty[size] = await emptyTick(client);
    console.log(
      `empty tick at ${size} open waits: ${empty[size].toFixed(3)} ms in the database, ${(await idleCpu(product)).toFixed(1)} % of a core idle`,
    );
  }
  console.log(verdict('empty tick at 100,000 / at 1,000', [empty[OPEN]! / empty[1_000]!], { atMost: 2 }));
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
  if (lateness.length !== SECONDS * PER_SECOND)
    throw new Error(`void: ${lateness.length} breaches, expected ${SECONDS * PER_SECOND}`);
  await client.end();
} finally {
  await product.close();
  await base.close();
}

/** Conversations that wait for days, so that their timers stand in the index and do not fire. */
async function open(client: pg.Client, size: number): Promise<void> {
  await client.query(
    `insert into sla.conversations (id, customer_name, next_at)
     select gen_random_uuid(), 'Customer ' || n, now() + interval '2 days' + n * interval '1 second' from generate_series(1, $1::int) n`,
    [size],
  );
  await client.query('analyze sla.conversations');
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
