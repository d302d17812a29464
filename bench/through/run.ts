// Ingest through the full product: signed webhooks at full speed, from the first one sent to the last one threaded and
// every group of the log at its end; beside the textbook with a webhook door of its own. `npm run bench -- through [messages] [rounds]`
import path from 'node:path';
import pg from 'pg';
import { connect } from '../../e2e/lib/customers.js';
import { Product } from '../../e2e/lib/product.js';
import { fillKafka, startBroker } from '../ingest/backlog.js';
import { closedLoop } from '../lib/closed-loop.js';
import { cpuSeconds, ground, startPart } from '../lib/ground.js';
import { verdict } from '../lib/stats.js';
import { type Line, signedText } from '../lib/texts.js';

const MESSAGES = Number(process.argv[2] ?? 10_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const BASELINE_MESSAGES = Math.min(MESSAGES, 2_000); // it is slow; a rate needs no more
const CONNECTIONS = 64;
const LOOK_MS = 100;

interface Figure {
  perSecond: number;
  cpuMsPerMessage: number;
}

const base = await ground();
const speed: number[] = [];
const cost: number[] = [];
try {
  for (let round = 0; round < ROUNDS; round++) {
    const figures = {} as Record<'baseline' | 'product', Figure>;
    const order = round % 2 ? (['product', 'baseline'] as const) : (['baseline', 'product'] as const);
    for (const name of order) {
      figures[name] = await { baseline, product }[name](round);
      const { perSecond, cpuMsPerMessage } = figures[name];
      console.log(
        `round ${round + 1} ${name}: ${perSecond.toFixed(0)}/s, ${cpuMsPerMessage.toFixed(3)} ms CPU a message`,
      );
    }
    speed.push(figures.product.perSecond / figures.baseline.perSecond);
    cost.push(figures.baseline.cpuMsPerMessage / figures.product.cpuMsPerMessage);
  }
  console.log(verdict('webhook to drained, standalone: messages/s, x baseline', speed, { atLeast: 10 }));
  console.log(verdict('webhook to drained: CPU a message, baseline / product', cost, { atLeast: 15 }));
} finally {
  await base.close();
}

async function baseline(round: number): Promise<Figure> {
  const broker = await startBroker(path.join(base.folder, `kafka-${round}`));
  try {
    await fillKafka(broker, 'baseline.inbound', 0);
    const url = await base.database(`baseline_${round}`);
    const line = { accountSid: 'AC1', authToken: 'secret', phoneNumber: '+15005550006' };
    const part = await startPart<{ address: string }>(path.join(import.meta.dirname, '../baseline/baseline.js'), {
      DATABASE_URL: url,
      KAFKA_BROKERS: broker.brokers,
      AUTH_TOKEN: line.authToken,
    });
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const count = async () =>
      (await client.query<{ n: number }>('select count(*)::int as n from baseline.messages')).rows[0]!.n;
    const hook = { ...line, url: `${part.first.address}/webhooks/sms` };
    const figure = await measure(hook, BASELINE_MESSAGES, {
      cpu: () => cpuSeconds(part.child.pid!),
      drained: async () => (await count()) === BASELINE_MESSAGES,
    });
    await client.end();
    await part.end();
    return figure;
  } finally {
    await broker.stop();
  }
}

async function product(round: number): Promise<Figure> {
  const running = await Product.start('standalone', { DATABASE_URL: await base.database(`product_${round}`) });
  try {
    const channel = await connect(running, 'sms');
    const { accountSid, phoneNumber } = channel.config as { accountSid: string; phoneNumber: string };
    const url = channel.webhooks.find(({ method }) => method === 'POST')!.url;
    const line = { url, accountSid, phoneNumber, authToken: channel.secrets['authToken']! };
    return await measure(line, MESSAGES, {
      cpu: () => cpuSeconds(running.pid('gateway')) + cpuSeconds(running.pid('inbox')),
      drained: async () => isDrained(await (await fetch(`${running.url}/metrics`)).text()),
    });
  } finally {
    await running.close();
  }
}

/** All threaded, and nobody has anything left to handle. */
function isDrained(metrics: string): boolean {
  const threaded = /^kairos_messages_threaded_total\{channel="sms"\} (\d+)$/m.exec(metrics)?.[1];
  const lags = [...metrics.matchAll(/^kairos_log_lag\{group="\w+"\} (\d+)$/gm)].map((match) => Number(match[1]));
  if (Number(threaded) > MESSAGES) throw new Error(`void: ${threaded} threaded of ${MESSAGES}`);
  return Number(threaded) === MESSAGES && lags.length >= 4 && lags.every((lag) => lag === 0);
}

async function measure(
  line: Line,
  messages: number,
  look: { cpu: () => number; drained: () => Promise<boolean> },
): Promise<Figure> {
  const posts = Array.from({ length: messages }, (_, n) => signedText(line, n, Math.ceil(messages / 4)));
  const cpu = look.cpu();
  const began = performance.now();
  await closedLoop(line.url, posts, CONNECTIONS);
  const accepted = (performance.now() - began) / 1000;
  for (const end = began + 300_000; !(await look.drained());) {
    if (performance.now() > end) throw new Error(`not all of ${messages} messages after 300 s`);
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`  accepted in ${accepted.toFixed(1)} s, drained ${(seconds - accepted).toFixed(1)} s later`);
  return {
    perSecond: messages / seconds,
    cpuMsPerMessage: ((look.cpu() - cpu) * 1000) / messages,
  };
}
