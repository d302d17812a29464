// The conversation list at 1,000 and at 100,000 conversations: p99 of the page an agent looks at, asked one after another.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Product } from '../../e2e/lib/product.js';
import { ground } from '../lib/ground.js';
import { percentile, verdict } from '../lib/stats.js';

const SIZES = [1_000, 100_000] as const;
const ROUNDS = 5;
const REQUESTS = 300;
const PAGES = ['status=open&sort=due', 'status=open&sort=newest', 'sort=oldest', 'status=open&assignee=none&sort=due'];

const base = await ground();
const products = new Map<number, Product>();
try {
  for (const size of SIZES) {
    const url = await base.database(`list_${size}`);
    const product = await Product.start('standalone', { DATABASE_URL: url });
    await fill(url, size);
    products.set(size, product);
  }
  await pause(2_000);
  for (const page of PAGES) {
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const p99 = new Map<number, number>();
      for (const size of round % 2 ? [...SIZES].reverse() : SIZES)
        p99.set(size, percentile(await ask(products.get(size)!, page), 99));
      ratios.push(p99.get(100_000)! / p99.get(1_000)!);
    }
    console.log(verdict(`list ?${page}: p99 at 100,000 / at 1,000`, ratios, { atMost: 1.5 }));
  }
} finally {
  for (const product of products.values()) await product.close();
  await base.close();
}

async function ask(product: Product, page: string): Promise<number[]> {
  const latencies: number[] = [];
  for (let n = 0; n < REQUESTS; n++) {
    const began = performance.now();
    await product.get(`conversations?${page}&limit=50`);
    latencies.push(performance.now() - began);
  }
  return latencies;
}

/** As a year leaves it: nine in ten resolved, a third of the open ones late. */
async function fill(url: string, size: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `insert into inbox.customers (id, living_id, display_name, named, created_at)
     select id, id, 'Customer ' || n, true, now() from (select gen_random_uuid() as id, n from generate_series(1, $1::int) n) s`,
    [size],
  );
  await client.query(
    `insert into inbox.conversations (id, customer_id, home_customer_id, subject, status, channel_ids, channel_kinds, channel_team_ids,
       last_seq, version, last_public_seq, last_customer_seq, preview, last_message_at, created_at, due, due_at)
     select gen_random_uuid(), c.id, c.id, 'Subject ' || n, case when n % 10 = 0 then 'open' else 'resolved' end, array[gen_random_uuid()], '{email}', '{}',
       1, 1, 1, 1, 'Where is my parcel?', now() - n * interval '1 minute', now() - n * interval '1 minute',
       case when n % 10 = 0 then jsonb_build_object('waitId', gen_random_uuid(), 'kind', 'first_response', 'openedAt', now(), 'dueAt', to_char(now() + (n % 3000 - 1000) * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.000"Z"'), 'breachedAt', null) end,
       case when n % 10 = 0 then now() + (n % 3000 - 1000) * interval '1 minute' else 'infinity' end
     from (select id, row_number() over () as n from inbox.customers) c`,
  );
  await client.query('analyze inbox.customers');
  await client.query('analyze inbox.conversations');
  await client.end();
}
