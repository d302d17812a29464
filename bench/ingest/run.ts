// Ingest: a backlog of accepted messages drained to threaded and committed, by the textbook baseline and by the product,
// on the same Postgres and the same kind of broker, in one run. `npm run bench -- ingest [messages] [rounds]`
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '#embedded-postgres';
import { eventually } from '#testing';
import { verdict } from '../lib/stats.js';
import { repository } from '../../e2e/lib/product.js';
import { cpuSeconds, ground, startPart } from '../lib/ground.js';
import { type Broker, fillKafka, fillPostgresLog, startBroker } from './backlog.js';

const MESSAGES = Number(process.argv[2] ?? 20_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const BASELINE_MESSAGES = Math.min(MESSAGES, 3_000); // it is slow; a rate needs no more
const LOOK_MS = 200; // counting costs the database as much as the work does when it is asked all the time
const PRODUCT_FLAGS = ['--min-semi-space-size=16', '--max-semi-space-size=64']; // as the supervisor starts it
const DIST = path.resolve(import.meta.dirname, '../..');

interface Figure {
  perSecond: number;
  cpuMsPerMessage: number;
}

const base = await ground();
const PORT = String(await freePort());
const env = (url: string, broker?: Broker) => ({
  DATABASE_URL: url,
  DATA_DIR: path.join(base.folder, 'data'),
  KAIROS_SECRET: 'bench',
  LOG_LEVEL: 'warn',
  PORT,
  SMTP_PORT: '0',
  ...(broker ? { KAFKA_BROKERS: broker.brokers } : {}),
});
const rounds: Record<'baseline' | 'kafka' | 'standalone', Figure>[] = [];
try {
  for (let round = 0; round < ROUNDS; round++) {
    const order = ['baseline', 'kafka', 'standalone'] as const;
    const figures = {} as Record<(typeof order)[number], Figure>;
    for (const name of round % 2 ? [...order].reverse() : order) {
      figures[name] = await { baseline, kafka, standalone }[name](round);
      console.log(
        `round ${round + 1} ${name}: ${figures[name].perSecond.toFixed(0)}/s, ${figures[name].cpuMsPerMessage.toFixed(3)} ms CPU a message`,
      );
    }
    rounds.push(figures);
  }
  const ratio = (f: (r: (typeof rounds)[number]) => number) => rounds.map(f);
  console.log(
    verdict(
      'inbox on Kafka: messages/s, x baseline',
      ratio((r) => r.kafka.perSecond / r.baseline.perSecond),
      { atLeast: 10 },
    ),
  );
  console.log(
    verdict(
      'inbox on Kafka: CPU a message, baseline / product',
      ratio((r) => r.baseline.cpuMsPerMessage / r.kafka.cpuMsPerMessage),
      { atLeast: 15 },
    ),
  );
  console.log(
    verdict(
      'all four apps, standalone: messages/s, x baseline',
      ratio((r) => r.standalone.perSecond / r.baseline.perSecond),
      { atLeast: 10 },
    ),
  );
  console.log(
    verdict(
      'all four apps, standalone: CPU a message, baseline / product',
      ratio((r) => r.baseline.cpuMsPerMessage / r.standalone.cpuMsPerMessage),
      { atLeast: 15 },
    ),
  );
} finally {
  await base.close();
}

async function baseline(round: number): Promise<Figure> {
  const broker = await startBroker(path.join(base.folder, `kafka-b${round}`));
  try {
    await fillKafka(broker, 'baseline.inbound', BASELINE_MESSAGES);
    const url = await base.database(`baseline_${round}`);
    const part = await startPart(path.join(DIST, 'bench/baseline/baseline.js'), env(url, broker));
    const figure = await drain(
      url,
      () => cpuSeconds(part.child.pid!),
      BASELINE_MESSAGES,
      'select count(*)::int as n from baseline.messages',
    );
    await part.end();
    return figure;
  } finally {
    await broker.stop();
  }
}

async function kafka(round: number): Promise<Figure> {
  const broker = await startBroker(path.join(base.folder, `kafka-p${round}`));
  try {
    await fillKafka(broker, 'channel.inbound.v1', MESSAGES);
    const url = await base.database(`kafka_${round}`);
    const part = await startPart(path.join(DIST, 'apps/inbox/src/main.js'), env(url, broker), PRODUCT_FLAGS);
    const cpu = () => cpuSeconds(part.child.pid!);
    const figure = await drain(url, cpu, MESSAGES, 'select count(*)::int as n from inbox.messages');
    await part.end();
    return figure;
  } finally {
    await broker.stop();
  }
}

/** As `npm start` runs it, with its two processes. */
async function standalone(round: number): Promise<Figure> {
  const url = await base.database(`standalone_${round}`);
  await fillPostgresLog(url, MESSAGES);
  const supervisor = spawn(process.execPath, [path.join(repository(), 'scripts/start.mjs'), 'standalone'], {
    env: { ...process.env, ...env(url) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await eventually(() => existsSync(pidFile('gateway')) && existsSync(pidFile('inbox')), 60_000);
  // threaded, its clock running, and on the agents' feed: the slowest of the four decides
  const all = `select least((select count(*) from inbox.messages), (select coalesce(sum(last_seq), 0) from sla.waits), (select count(*) from gateway.changes where type = 'message.received'))::int as n`;
  const cpu = () => cpuSeconds(pidOf('gateway')) + cpuSeconds(pidOf('inbox'));
  const figure = await drain(url, cpu, MESSAGES, all);
  await invariants(url);
  const ended = new Promise((done) => supervisor.once('exit', done));
  supervisor.kill('SIGTERM');
  await ended;
  return figure;
}

function pidFile(app: string): string {
  return path.join(base.folder, 'data', 'run', `${app}.pid`);
}

function pidOf(app: string): number {
  return Number(readFileSync(pidFile(app), 'utf8'));
}

/**
 * From a fifth of the messages to the last; CPU of Node over the same span. Starting a process and compiling its code
 * cost both sides as much for ten messages as for a million, and are no message's cost.
 */
async function drain(url: string, cpuOf: () => number, total: number, sql: string): Promise<Figure> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const count = async () => (await client.query<{ n: number }>(sql).catch(() => ({ rows: [{ n: 0 }] }))).rows[0]!.n;
  let first = 0;
  while (first < total / 5) {
    first = await count();
    await new Promise((done) => setTimeout(done, 5));
  }
  const began = performance.now();
  const cpu = cpuOf();
  let now = first;
  for (const end = Date.now() + 300_000; now < total && Date.now() < end; now = await count()) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  if (now < total) throw new Error(`only ${now} of ${total} messages after 300 s`);
  const seconds = (performance.now() - began) / 1000;
  const figure = {
    perSecond: (total - first) / seconds,
    cpuMsPerMessage: ((cpuOf() - cpu) * 1000) / (total - first),
  };
  await client.end();
  return figure;
}

/** A fast wrong run is void. */
async function invariants(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ messages: number; doubled: number; gaps: number }>(
    `select (select count(*)::int from inbox.messages) as messages,
            (select count(*)::int from (select external_id from inbox.messages group by 1 having count(*) > 1) d) as doubled,
            (select count(*)::int from (select conversation_id from inbox.messages group by 1 having max(seq) <> count(*)) g) as gaps`,
  );
  await client.end();
  const { messages, doubled, gaps } = rows[0]!;
  if (messages !== MESSAGES || doubled || gaps)
    throw new Error(`void: ${messages} messages of ${MESSAGES}, ${doubled} doubled, ${gaps} with gaps`);
}
