#!/usr/bin/env node
// A real Apache Kafka broker (KRaft, one node) from Maven Central's jars on Java 17: no Docker, nothing installed.
//   node scripts/kafka/kafka.mjs fetch            jars and class archive into the user's cache, once
//   node scripts/kafka/kafka.mjs start DIR PORT   in the foreground until Ctrl-C; the controller listens on PORT + 1
// As a module: startKafka({dir, port}) -> {brokers, pid, stop, kill}. KAFKA_BROKERS names one that runs already.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';

const here = import.meta.dirname;
const VERSION = '4.3.1';
const COPY_JARS = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
const JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/** What stands in the way of a broker on this machine, in words; null when nothing does. */
export function missing() {
  if (process.env.KAFKA_BROKERS) return null;
  const faults = [];
  const java = javaVersion();
  if (java < 17) {
    const found = java === 0 ? 'there is none' : `found ${java}`;
    faults.push(`Java 17 or newer is needed (${found}): apt-get install openjdk-17-jre-headless, or set JAVA_HOME`);
  }
  if (!existsSync(home()) && !runs('mvn', ['-v'])) {
    faults.push('Maven is needed once, to fetch the jars: apt-get install maven');
  }
  if (faults.length === 0) return null;
  return `No Kafka can be started here. ${faults.join('. ')}. Or set KAFKA_BROKERS=host:port to use one that runs.`;
}

/** The jars and the class archive, made once per user; answers their folder. */
export async function fetchKafka() {
  const target = home();
  if (existsSync(target)) return target;
  const fault = missing();
  if (fault) throw new Error(fault);
  mkdirSync(path.dirname(target), { recursive: true });
  const work = mkdtempSync(`${target}-`);
  try {
    const goals = [COPY_JARS, '-DincludeScope=runtime', `-DoutputDirectory=${path.join(work, 'libs')}`];
    execFileSync('mvn', ['-q', '-B', '-f', path.join(here, 'pom.xml'), ...goals], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    renameSync(work, target); // the archive knows the jars by path and time: it is made where they stay
    await makeClassArchive(target).catch(() => undefined); // it only halves the start
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // else another process of ours was first
  }
  return target;
}

/**
 * Starts a broker on `port` (0: a free one) with its data in `dir` (left out: a temporary one, removed by `stop`).
 * A `dir` used before keeps its topics. Waits until groups can join.
 */
export async function startKafka({ dir, port = 0, jvm = [] } = {}) {
  const jars = await fetchKafka();
  const folder = path.resolve(dir ?? mkdtempSync(path.join(os.tmpdir(), 'kairos-kafka-')));
  mkdirSync(folder, { recursive: true });
  const number = port || (await freePortPair());
  const archive = path.join(jars, 'kafka.jsa');
  const flags = [...JVM, ...(existsSync(archive) && jvm.length === 0 ? [`-XX:SharedArchiveFile=${archive}`] : [])];
  const classes = ['-cp', path.join(jars, 'libs', '*')];
  const properties = path.join(folder, 'server.properties');
  const template = readFileSync(path.join(here, 'server.properties.in'), 'utf8');
  const values = { '@PORT@': number, '@CPORT@': number + 1, '@DIR@': folder };
  writeFileSync(
    properties,
    template.replace(/@[A-Z]+@/g, (name) => String(values[name])),
  );
  if (!existsSync(path.join(folder, 'data', 'meta.properties'))) {
    const id = `K${randomBytes(16).toString('base64url').slice(1)}`; // one that began with "-" would be read as an option
    const format = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties, '--standalone'];
    execFileSync(java(), [...flags, ...classes, ...format], { stdio: 'pipe' });
  }
  const log = openSync(path.join(folder, 'broker.log'), 'a');
  const child = spawn(java(), ['-Xmx256m', ...flags, ...jvm, ...classes, 'kafka.Kafka', properties], {
    stdio: ['ignore', log, log],
  });
  const last = () => child.kill('SIGKILL'); // no broker outlives whoever started it
  process.once('exit', last);
  const ended = new Promise((done) => child.once('exit', () => done(process.removeListener('exit', last))));
  const end = async (signal) => {
    child.kill(signal);
    await ended;
  };
  const brokers = `127.0.0.1:${number}`;
  try {
    await ready(brokers, () => child.exitCode !== null || child.signalCode !== null);
  } catch (error) {
    await end('SIGKILL');
    const words = readFileSync(path.join(folder, 'broker.log'), 'utf8').trim().split('\n').slice(-5).join('\n');
    throw new Error(`Kafka did not start on port ${number}: ${error.message}\n${words}`, { cause: error });
  }
  return {
    brokers,
    pid: child.pid,
    port: number,
    dir: folder,
    /** Resolves when the broker has ended, however it ended. */
    ended,
    async stop() {
      await end('SIGTERM');
      if (!dir) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    /** SIGKILL; the data stays, `startKafka` with the same dir and port brings it back. */
    kill: () => end('SIGKILL'),
  };
}

/** Resolves when the broker is listed and its group coordinator has loaded (makes `__consumer_offsets`). */
export async function ready(brokers, ended = () => false, ms = 60_000) {
  const end = performance.now() + ms;
  const [host, port] = brokers.split(',')[0].split(':');
  const tryLater = (error) => {
    if (ended()) throw new Error('the process ended', { cause: error });
    if (performance.now() > end) throw error;
    return new Promise((done) => setTimeout(done, 25));
  };
  while (!(await accepts(host, Number(port)))) await tryLater(new Error('it accepts no connection'));
  for (;;) {
    const client = new kafkajs.Kafka({
      brokers: brokers.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 0 },
    });
    const admin = client.admin();
    try {
      await admin.connect();
      if ((await admin.describeCluster()).brokers.length > 0) {
        await admin.fetchOffsets({ groupId: '__warmup' });
        return;
      }
    } catch (error) {
      await tryLater(error);
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

function home() {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(cache, 'kairos', `kafka-${VERSION}`);
}

const java = () => (process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin', 'java') : 'java');

function javaVersion() {
  try {
    const child = execFileSync(java(), ['-XshowSettings:properties', '-version'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, JDK_JAVA_OPTIONS: '' },
    });
    return majorOf(child) || majorOf(execFileSync(java(), ['--version'], { encoding: 'utf8' }));
  } catch {
    return 0;
  }
}

function majorOf(text) {
  return Number(/(?:java\.specification\.version = |openjdk |java )"?(\d+)/.exec(text)?.[1] ?? 0);
}

function runs(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function accepts(host, port) {
  return new Promise((done) => {
    const socket = createConnection({ host, port });
    socket.once('connect', () => (socket.destroy(), done(true)));
    socket.once('error', () => done(false));
  });
}

/** Two neighbouring free ports: broker and controller. */
async function freePortPair() {
  for (;;) {
    const port = await freePort(0);
    if (port < 65_535 && (await freePort(port + 1).catch(() => 0))) return port;
  }
}

function freePort(port) {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      const taken = server.address().port;
      server.close(() => done(taken));
    });
  });
}

/** AppCDS: one run through the usual code paths, whose classes the JVM writes down when it ends. */
async function makeClassArchive(folder) {
  const fresh = path.join(folder, `kafka.${process.pid}.jsa`);
  const broker = await startKafka({ jvm: [`-XX:ArchiveClassesAtExit=${fresh}`] });
  const client = new kafkajs.Kafka({ brokers: [broker.brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'warm', numPartitions: 2 }] });
  await admin.disconnect();
  const producer = client.producer();
  await producer.connect();
  await producer.send({ topic: 'warm', messages: [{ key: 'a', value: 'b' }] });
  await producer.disconnect();
  await broker.stop();
  if (existsSync(fresh)) renameSync(fresh, path.join(folder, 'kafka.jsa'));
}

async function main([command, dir, port]) {
  if (command === 'fetch') {
    console.log(`Kafka ${VERSION} is in ${await fetchKafka()}`);
  } else if (command === 'start' && dir && Number(port) > 0) {
    const broker = await startKafka({ dir, port: Number(port) });
    console.log(`Kafka ${VERSION} is ready: KAFKA_BROKERS=${broker.brokers} (pid ${broker.pid}); Ctrl-C stops it`);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void broker.stop());
  } else {
    console.error('Usage: node scripts/kafka/kafka.mjs fetch | start DIR PORT');
    process.exitCode = 2;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
