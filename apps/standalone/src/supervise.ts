import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, startEmbeddedPostgres } from '#embedded-postgres';
import { type ConfigView, readSettings } from './settings.js';
import { nodeProcess } from './node-process.js';
import { type Part, Supervisor } from './supervisor.js';

export type Shape = 'standalone' | 'distributed';

const APPS = ['inbox', 'sla', 'notifier', 'gateway'] as const;
/** The one process of the three apps behind gateway, in the standalone. */
const BEHIND = 'behind gateway';

/**
 * Starts everything one installation needs and keeps it running: a part that dies is started again with the same ports.
 * Ends all of it on SIGTERM or SIGINT within 10 s. `DATA_DIR/run/<part>.pid` names each process.
 */
export async function supervise(shape: Shape): Promise<void> {
  const settings = readSettings();
  const supervisor = new Supervisor((name, pid) => notePid(settings, name, pid));
  supervisor.endOnSignals();
  try {
    const databaseUrl = settings.databaseUrl ?? (await startPostgres(supervisor, settings));
    const env = { ...process.env, DATABASE_URL: databaseUrl, DATA_DIR: settings.dataDir };
    if (shape === 'standalone') await startStandalone(supervisor, settings, env);
    else await startDistributed(supervisor, settings, env);
    if (supervisor.ending) return;
    console.log(`Kairos is ready at ${settings.publicUrl}`);
    if (!settings.databaseUrl)
      console.log(`  database: PostgreSQL of its own in ${path.join(settings.dataDir, 'postgres')}`);
    if (settings.smtpPort !== '0') console.log(`  inbound mail: smtp://${settings.host}:${settings.smtpPort}`);
  } catch (error) {
    if (!supervisor.ending) console.error((error as Error).message);
    await supervisor.end(1);
  }
}

async function startPostgres(supervisor: Supervisor, settings: ConfigView): Promise<string> {
  const port = await freePort();
  const folder = path.join(settings.dataDir, 'postgres');
  let url = '';
  await supervisor.add('postgres', async (): Promise<Part> => {
    const server = await startEmbeddedPostgres({ folder, port });
    url = server.url;
    return { pid: server.pid, ended: server.ended, stop: () => server.stop() };
  });
  return url;
}

/** Gateway and, in a process of their own, the three apps behind it. */
async function startStandalone(supervisor: Supervisor, settings: ConfigView, env: NodeJS.ProcessEnv): Promise<void> {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const shared = { ...env, KAIROS_INBOX_URL: url, KAIROS_SLA_URL: url, KAIROS_NOTIFIER_URL: url };
  await Promise.all([
    supervisor.add(BEHIND, () => nodeProcess('standalone', innerEnv(shared, port, settings))),
    supervisor.add('gateway', () => nodeProcess('gateway', { ...shared, KAIROS_PROJECTED_BY: 'inbox' })),
  ]);
  await untilReady(settings, supervisor);
}

/** Of a process that only gateway speaks to. */
function innerEnv(env: NodeJS.ProcessEnv, port: string, settings: ConfigView): NodeJS.ProcessEnv {
  return { ...env, PORT: port, HOST: '127.0.0.1', PUBLIC_URL: settings.publicUrl, SMTP_PORT: '0' };
}

async function startDistributed(supervisor: Supervisor, settings: ConfigView, env: NodeJS.ProcessEnv): Promise<void> {
  const brokers = settings.kafkaBrokers ?? (await startKafka(supervisor, settings));
  const shared: NodeJS.ProcessEnv = { ...env, KAFKA_BROKERS: brokers };
  for (const app of APPS.filter((name) => name !== 'gateway')) {
    const port = await freePort();
    shared[`KAIROS_${app.toUpperCase()}_URL`] = `http://127.0.0.1:${port}`;
  }
  const envOf = (app: (typeof APPS)[number]): NodeJS.ProcessEnv => {
    if (app === 'gateway') return shared;
    const { port } = new URL(shared[`KAIROS_${app.toUpperCase()}_URL`]!);
    return innerEnv(shared, port, settings);
  };
  await Promise.all(APPS.map((app) => supervisor.add(app, () => nodeProcess(app, envOf(app)))));
  await untilReady(settings, supervisor);
}

interface Broker extends Part {
  brokers: string;
  port: number;
}

async function startKafka(supervisor: Supervisor, settings: ConfigView): Promise<string> {
  const script = path.resolve(import.meta.dirname, '../../../../scripts/kafka/kafka.mjs');
  const { startKafka: start } = (await import(script)) as {
    startKafka(options: { dir: string; port: number }): Promise<Broker>;
  };
  let port = 0; // a free one at first; the same one after a restart
  let brokers = '';
  await supervisor.add('kafka', async () => {
    const broker = await start({ dir: path.join(settings.dataDir, 'kafka'), port });
    ({ port, brokers } = broker);
    return broker;
  });
  return brokers;
}

/** Gateway answers 200 only while all four apps consume. */
async function untilReady({ host, port }: ConfigView, supervisor: Supervisor): Promise<void> {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const url = `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
  for (const end = Date.now() + 120_000; Date.now() < end && !supervisor.ending;) {
    const status = await fetch(`${url}/readyz`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  if (!supervisor.ending)
    throw new Error(`The four apps were not ready within 120 s; ${url}/readyz says which one is not.`);
}

/** In the standalone, three names point at one process. */
function notePid(settings: ConfigView, name: string, pid: number | null): void {
  const folder = path.join(settings.dataDir, 'run');
  mkdirSync(folder, { recursive: true });
  const names = name === BEHIND ? APPS.filter((app) => app !== 'gateway') : [name];
  for (const each of names) {
    const file = path.join(folder, `${each}.pid`);
    if (pid === null) rmSync(file, { force: true });
    else writeFileSync(file, `${pid}\n`);
  }
}
