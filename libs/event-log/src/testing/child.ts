import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '#testing';
import type { Ground } from './ground.js';

const root = path.resolve(import.meta.dirname, '../../../..');

export interface Child {
  /** Lines it has said. */
  said: string[];
  says(line: string, timeoutMs?: number): Promise<unknown>;
  tell(line: string): void;
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  end(): Promise<void>;
}

/** Starts member.main.ts in a process of its own, compiled as the build would. */
export async function startChild(
  ground: Ground,
  name: string,
  over: Partial<Ground['transport']> = {},
): Promise<Child> {
  const orders = { url: ground.url, role: 'kairos_inbox', transport: { ...ground.transport, ...over }, name };
  const child = spawn(process.execPath, [compiled(), JSON.stringify(orders)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => said.push(...text.split('\n').filter(Boolean)));
  }
  const handle: Child = {
    said,
    says: (line, timeoutMs = 20_000) => eventually(() => heard(child, said, line), timeoutMs),
    tell: (line) => void child.stdin.write(`${line}\n`),
    signal: (signal) => void child.kill(signal),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const over = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await over;
    },
  };
  await handle.says('ready');
  return handle;
}

function heard(child: ChildProcess, said: string[], line: string): boolean {
  if (said.includes(line)) return true;
  throw new Error(
    `"${line}" not heard${child.exitCode === null ? '' : ', the process has ended'}: ${said.join(' | ')}`,
  );
}

const out = path.join(root, '.cache', `member-${process.pid}`);
let entry: string | null = null;

export function removeChildBuild(): void {
  rmSync(out, { recursive: true, force: true });
  entry = null;
}

/** The rooms the child needs, with an import map of their own beside them; built once a test file. */
function compiled(): string {
  if (entry) return entry;
  const rooms = ['kernel', 'contracts', 'database', 'event-log'];
  mkdirSync(out, { recursive: true });
  const imports = Object.fromEntries(rooms.map((room) => [`#${room}`, `./libs/${room}/src/index.js`]));
  writeFileSync(path.join(out, 'package.json'), JSON.stringify({ type: 'module', imports }));
  const sources = rooms.map((room) => `libs/${room}/src`);
  execFileSync(path.join(root, 'node_modules/.bin/swc'), [...sources, '-d', out, '-q'], { cwd: root });
  entry = path.join(out, 'libs/event-log/src/testing/member.main.js');
  return entry;
}
