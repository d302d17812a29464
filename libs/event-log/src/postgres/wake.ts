import { EventEmitter } from 'node:events';

/**
 * Wakes subscriptions of this process the moment an append has committed, whichever app of it appended: standalone runs
 * all four in one process, so no NOTIFY (a global lock at commit, performance.md 2.5) and no tight polling is needed.
 */
const emitter = new EventEmitter().setMaxListeners(0);

export function wake(topics: Iterable<string>): void {
  for (const topic of new Set(topics)) emitter.emit(topic);
}

export function onWake(topic: string, listener: () => void): () => void {
  emitter.on(topic, listener);
  return () => emitter.off(topic, listener);
}
