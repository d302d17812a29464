// `npm run crash -- [standalone|distributed] [kills]`: SIGKILLs random processes under load and proves that nothing was
// lost, doubled or reordered, and that every broken promise was told once. A long proof: minutes, not part of `npm test`.
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#testing';
import { connect } from '../../e2e/lib/customers.js';
import { alertIds, farEnds } from '../../e2e/lib/far-ends.js';
import { Product, type Shape } from '../../e2e/lib/product.js';
import { violations } from './invariants.js';
import { answerSome, Load } from './load.js';

const shape = (process.argv[2] ?? 'standalone') as Shape;
const kills = Number(process.argv[3] ?? 20);
const SETTLE_MS = 5_000;
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const random = mulberry(seed);

console.log(`${kills} random SIGKILLs, ${shape}, seed ${seed}`);
const far = await farEnds();
const product = await Product.start(shape, { ...far.env, SLACK_BOT_TOKEN: 'xoxb-crash', SLACK_CHANNEL: 'C0BREACHES' });
const failures: string[] = [];
try {
  const channel = await connect(product, 'sms');
  await shortPromise(product);
  const load = new Load(channel, 150);
  load.start(12);
  let over = false;
  const agents = answerSome(product, () => over);
  const victims =
    shape === 'standalone'
      ? ['gateway', 'inbox', 'postgres']
      : ['gateway', 'inbox', 'sla', 'notifier', 'kafka', 'postgres'];
  for (let n = 1; n <= kills; n++) {
    await pause(1_500 + random() * 3_000);
    const victim = victims[Math.floor(random() * victims.length)]!;
    try {
      product.kill(victim);
      console.log(`${n}. killed ${victim}, ${load.ledger.accepted.size} messages accepted so far`);
    } catch (error) {
      console.log(`${n}. ${victim} was not running (${(error as Error).message})`);
    }
    await pause(SETTLE_MS);
  }
  over = true;
  await Promise.all([load.stop(), agents]);
  await eventually(async () => (await fetch(`${product.url}/readyz`)).status === 200, 90_000);
  await drained(product);
  await pause(8_000); // the last promises break and are told
  await drained(product);
  failures.push(...(await violations(product, load.ledger)));
  const told = alertIds(far.slack);
  const twice = told.filter((id, i) => told.indexOf(id) !== i);
  for (const id of new Set(twice)) failures.push(`Slack was told of alert ${id} twice`);
  console.log(`${load.ledger.accepted.size} messages accepted, ${told.length} Slack posts`);
} finally {
  if (failures.length > 0) console.log(product.log());
  await product.close();
  await far.close();
}
for (const failure of failures.slice(0, 40)) console.log(`WRONG: ${failure}`);
console.log(failures.length === 0 ? 'nothing lost, doubled or reordered' : `${failures.length} violations`);
process.exit(failures.length === 0 ? 0 : 1);

async function shortPromise(target: Product): Promise<void> {
  await target.post('sla/policies', {
    name: 'three seconds',
    rank: 1,
    scope: { channelKinds: ['sms'] },
    targets: ['first_response', 'next_response'].map((kind) => ({ kind, target: 'PT3S', basis: 'clock' })),
    warnAt: [0.5, 0.8],
    chain: [{ at: { overdue: 'PT0S' }, to: 'slack' }],
  });
}

/** No group of the log has anything left to handle. */
async function drained(target: Product): Promise<void> {
  await eventually(async () => {
    const text = await (await fetch(`${target.url}/metrics`)).text();
    const lags = [...text.matchAll(/^kairos_log_lag\{[^}]*\} (\S+)/gm)].map(([, value]) => Number(value));
    return lags.length > 0 && lags.every((lag) => lag === 0);
  }, 120_000);
}

/** A small seeded generator, so that a run can be repeated with SEED=…. */
function mulberry(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
