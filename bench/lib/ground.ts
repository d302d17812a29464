import { type ChildProcess, fork } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureDatabase } from '#database';
import { startEmbeddedPostgres } from '#embedded-postgres';

/** One PostgreSQL for everything that a run compares, with the durability settings the product ships with. */
export async function ground(): Promise<{
  url: string;
  database(name: string): Promise<string>;
  folder: string;
  close(): Promise<void>;
}> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kairos-bench-'));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    folder: path.join(folder, 'postgres'),
    settings: { max_connections: '120' },
  });
  return {
    url: server.url,
    folder,
    database: (name) => ensureDatabase(server.url, name),
    close: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Starts a compiled module as a process of its own and waits for its first message. */
export async function startPart<T>(
  file: string,
  env: NodeJS.ProcessEnv,
  execArgv: string[] = [],
): Promise<{ child: ChildProcess; first: T; end(): Promise<void> }> {
  const child = fork(file, [], {
    env: { ...process.env, ...env },
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const first = await new Promise<T>((done, fail) => {
    child.once('message', (message) => done(message as T));
    child.once('exit', (code) => fail(new Error(`${file} ended with ${code}`)));
  });
  return {
    child,
    first,
    end: async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 9_000).unref();
      await ended;
    },
  };
}

/** CPU seconds a process has used, user and system (Linux). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
