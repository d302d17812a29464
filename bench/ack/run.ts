// Webhook acknowledgement: the product's signed SMS webhook beside a bare Fastify handler with one insert and commit.
import path from 'node:path';
import { Product } from '../../e2e/lib/product.js';
import { type Channel, connect } from '../../e2e/lib/customers.js';
import { ground, startPart } from '../lib/ground.js';
import { openLoop, type Target } from '../lib/open-loop.js';
import { percentile, verdict } from '../lib/stats.js';
import { signedText } from '../lib/texts.js';

const RATE = Number(process.argv[2] ?? 150);
/** What has just started still compiles what it runs, product and handler alike; an inbox runs for weeks. */
const WARM_SECONDS = 20;
const SECONDS = 12;
const ROUNDS = 7;

const base = await ground();
const bare = await startPart<{ address: string }>(path.join(import.meta.dirname, 'bare.js'), {
  DATABASE_URL: await base.database('bare'),
});
const product = await Product.start('standalone', { DATABASE_URL: await base.database('product') });
const channel = await connect(product, 'sms');
const ratios: number[] = [];
try {
  const targets: [string, Target][] = [
    ['bare', { url: `${bare.first.address}/bare`, next: (n) => form(channel, n) }],
    ['product', { url: channel.webhooks.find(({ method }) => method === 'POST')!.url, next: (n) => form(channel, n) }],
  ];
  for (const [, target] of targets) await openLoop(target, RATE, WARM_SECONDS);
  for (let round = 0; round < ROUNDS; round++) {
    const p99: Record<string, number> = {};
    for (const [name, target] of round % 2 ? [...targets].reverse() : targets) {
      const shots = await openLoop(target, RATE, SECONDS);
      const bad = shots.filter(({ status }) => status !== 200).length;
      if (bad > 0) throw new Error(`${name}: ${bad} of ${shots.length} were not answered 200`);
      const latencies = shots.map(({ latencyMs }) => latencyMs);
      p99[name] = percentile(latencies, 99);
      console.log(
        `round ${round + 1} ${name}: p50 ${percentile(latencies, 50).toFixed(1)} ms, p99 ${p99[name].toFixed(1)} ms at ${RATE}/s`,
      );
    }
    ratios.push(p99['product']! / p99['bare']!);
  }
  console.log(verdict('webhook p99, product / bare', ratios, { atMost: 1.5 }));
} finally {
  await product.close();
  await bare.end();
  await base.close();
}

function form(to: Channel, n: number): { body: string; headers: Record<string, string> } {
  const { accountSid, phoneNumber } = to.config as { accountSid: string; phoneNumber: string };
  const url = to.webhooks.find(({ method }) => method === 'POST')!.url;
  return signedText({ url, accountSid, phoneNumber, authToken: to.secrets['authToken']! }, n, 5_000);
}
