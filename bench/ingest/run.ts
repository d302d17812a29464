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
const BASELINE_MESSAGES = Math.ceil(MESSAGES / 10); // both then work about as long
const WARM_MS = 1_500; // by then a process has compiled most of what it runs all the time
const LOOK_MS = 200; // counting costs the database as much as the work does when it is asked all the time
const PRODUCT_FLAGS = ['--min-semi-space-size=16', '--max-semi-space-size=64']; // as the supervisor starts it
const DIST = path.resolve(import.meta.dirname, '../..');

interface Figure {
  perSecond: number;
  cpuMsPerMessage: number;
}

/** From the first committed message to the last, as a process meets a backlog after its start, and once it is warm. */
interface Drained {
  whole: Figure;
  warm: Figure;
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
const rounds: Record<'baseline' | 'kafka' | 'standalone', Drained>[] = [];
try {
  for (let round = 0; round < ROUNDS; round++) {
    const order = ['baseline', 'kafka', 'standalone'] as const;
    const figures = {} as Record<(typeof order)[number], Drained>;
    for (const name of round % 2 ? [...order].reverse() : order) {
      figures[name] = await { baseline, kafka, standalone }[name](round);
      const { whole, warm } = figures[name];
      console.log(
        `round ${round + 1} ${name}: ${whole.perSecond.toFixed(0)}/s, ${whole.cpuMsPerMessage.toFixed(3)} ms CPU a message; warm ${warm.perSecond.toFixed(0)}/s, ${warm.cpuMsPerMessage.toFixed(3)} ms`,
      );
    }
    rounds.push(figures);
  }
  for (const [name, title] of [
    ['kafka', 'inbox on Kafka'],
    ['standalone', 'all four apps, standalone'],
  ] as const) {
    for (const span of ['whole', 'warm'] as const) {
      const speed = rounds.map((r) => r[name][span].perSecond / r.baseline[span].perSecond);
      const cost = rounds.map((r) => r.baseline[span].cpuMsPerMessage / r[name][span].cpuMsPerMessage);
      const when = span === 'warm' ? ', warm' : '';
      console.log(verdict(`${title}${when}: messages/s, x baseline`, speed, { atLeast: 10 }));
      console.log(verdict(`${title}${when}: CPU a message, baseline / product`, cost, { atLeast: 15 }));
    }
  }
} finally {
  await base.close();
}

async function baseline(round: number): Promise<Drained> {
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

async function kafka(round: number): Promise<Drained> {
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
async function standalone(round: number): Promise<Drained> {
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

async function drain(url: string, cpuOf: () => number, total: number, sql: string): Promise<Drained> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const look = async (): Promise<Look> => {
    const { rows } = await client.query<{ n: number }>(sql).catch(() => ({ rows: [{ n: 0 }] }));
    return { n: rows[0]!.n, atMs: performance.now(), cpuSeconds: cpuOf() };
  };
  const until = async (isThere: (n: number) => boolean, everyMs: number) => {
    for (const end = Date.now() + 300_000; Date.now() < end; await new Promise((done) => setTimeout(done, everyMs))) {
      const now = await look();
      if (isThere(now.n)) return now;
    }
    throw new Error(`not all of ${total} messages were handled within 300 s`);
  };
  try {
    const first = await until((n) => n > 0, 5);
    await new Promise((done) => setTimeout(done, WARM_MS));
    const middle = await look();
    if (middle.n > 0.8 * total)
      throw new Error(`void: ${middle.n} of ${total} were done before it was warm; take more`);
    const last = await until((n) => n >= total, LOOK_MS);
    return { whole: figureOf(first, last), warm: figureOf(middle, last) };
  } finally {
    await client.end();
  }
}

interface Look {
  n: number;
  atMs: number;
  cpuSeconds: number;
}

function figureOf(from: Look, to: Look): Figure {
  return {
    perSecond: ((to.n - from.n) * 1000) / (to.atMs - from.atMs),
    cpuMsPerMessage: ((to.cpuSeconds - from.cpuSeconds) * 1000) / (to.n - from.n),
  };
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
