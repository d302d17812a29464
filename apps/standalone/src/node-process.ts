import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import path from 'node:path';
import type { Part } from './supervisor.js';

const KILL_AFTER_MS = 8_500;
/**
 * MB of memory. Young: batches in hand live through many small collections and through few large ones; of what gateway
 * has in hand little lives, so its collections are as short with more room and seldomer, and one thread does them: helpers
 * would have to be woken on a busy machine. Old: V8 begins with so small a limit that it
 * marks the whole heap every few seconds under load, some 30 ms in which gateway acknowledges nothing; with room from the
 * start it is once in a minute or less.
 */
const memory = (app: string): string[] => [
  ...(app === 'gateway'
    ? ['--min-semi-space-size=16', '--max-semi-space-size=32', '--no-parallel-scavenge']
    : ['--min-semi-space-size=16', '--max-semi-space-size=64']),
  '--initial-old-space-size=256',
];
/** What may happen a moment later makes way for what somebody waits for, where both want the same processor. */
const LATER = 5;

/** Those that run, to hand on what one of them tells the others. */
const running = new Set<ChildProcess>();

/** Starts dist/apps/<app>/src/main.js and waits until it says it is ready. Small heaps: the machine is shared. */
export async function nodeProcess(app: string, env: NodeJS.ProcessEnv): Promise<Part> {
  const main = path.resolve(import.meta.dirname, '..', '..', app, 'src', 'main.js');
  const child = fork(main, [], {
    env,
    execArgv: ['--enable-source-maps', ...memory(app), ...process.execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  if (app !== 'gateway') makeWay(child);
  running.add(child);
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  void ended.then(() => running.delete(child));
  child.on('message', (message) => handOn(child, message));
  await new Promise<void>((ready, fail) => {
    child.on('message', (message: { ready?: boolean }) => {
      if (message.ready) ready();
    });
    child.once('error', fail);
    child.once('exit', (code, signal) =>
      fail(new Error(`${app} ended with ${code ?? signal} before it was ready; its last lines say why.`)),
    );
  });
  return {
    pid: child.pid!,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function makeWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, LATER);
  } catch {
    // a system without priorities, or the process has ended already
  }
}

/** News of the event log: the neighbours look at once instead of within a second. */
function handOn(from: ChildProcess, message: unknown): void {
  if (!(message as { woken?: unknown }).woken) return;
  for (const child of running) if (child !== from && child.connected) child.send(message as object, () => undefined);
}
