import { EventEmitter } from 'node:events';

/**
 * Wakes subscriptions the moment an append has committed, whichever app of this process appended. Processes of one
 * supervisor tell each other (`shareWakes`), so that no NOTIFY (a global lock at commit, performance.md 2.5) and no tight
 * polling is needed; whoever is alone finds what others appended by looking once a second.
 */
const emitter = new EventEmitter().setMaxListeners(0);
let tellOthers: ((topics: Iterable<string>) => void) | null = null;

export function wake(topics: Iterable<string>): void {
  const each = new Set(topics);
  for (const topic of each) emitter.emit(topic);
  tellOthers?.(each);
}

export function onWake(topic: string, listener: () => void): () => void {
  emitter.on(topic, listener);
  return () => emitter.off(topic, listener);
}

/** The way to a supervisor that hands every message on to the other processes of the installation. */
export interface Neighbours {
  send(message: unknown): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Under load one message tells of many commits. */
const TELL_EVERY_MS = 10;

/** From now on this process tells its neighbours which topics have news, and hears it from them. */
export function shareWakes(neighbours: Neighbours): void {
  const news = new Set<string>();
  let resting = false;
  const tell = () => {
    resting = news.size > 0;
    if (!resting) return;
    neighbours.send({ woken: [...news] });
    news.clear();
    setTimeout(tell, TELL_EVERY_MS).unref();
  };
  tellOthers = (topics) => {
    for (const topic of topics) news.add(topic);
    if (!resting) tell();
  };
  neighbours.on('message', (message) => {
    for (const topic of wokenIn(message)) emitter.emit(topic);
  });
}

/** The topics that a message of a neighbour names; none when it is about something else. */
export function wokenIn(message: unknown): string[] {
  const { woken } = (message ?? {}) as { woken?: unknown };
  return Array.isArray(woken) ? woken.filter((topic) => typeof topic === 'string') : [];
}
