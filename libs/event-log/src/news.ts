import { EventEmitter } from 'node:events';

/**
 * Wakes whoever waits for something new the moment it has committed, whichever app of this process wrote it: the
 * subscriptions of a topic, and readers of tables that an app fills from the log. Processes of one supervisor tell each
 * other (`shareWakes`), so that no NOTIFY (a global lock at commit, performance.md 2.5) and no tight polling is needed.
 * News may be lost: whoever waits looks by himself from time to time.
 */
const emitter = new EventEmitter().setMaxListeners(0);
let tellOthers: ((names: Iterable<string>) => void) | null = null;

/** @param names topics of the log, or names of an app's own that begin with its name ("gateway.changes") */
export function wake(names: Iterable<string>): void {
  const each = new Set(names);
  for (const name of each) emitter.emit(name);
  tellOthers?.(each);
}

export function onWake(name: string, listener: () => void): () => void {
  emitter.on(name, listener);
  return () => emitter.off(name, listener);
}

/** The way to a supervisor that hands every message on to the other processes of the installation. */
export interface Neighbours {
  send(message: unknown): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Under load one message tells of many commits, and whoever it wakes has larger batches. */
const TELL_EVERY_MS = 50;

/** From now on this process tells its neighbours of what there is news, and hears it from them. */
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
  tellOthers = (names) => {
    for (const name of names) news.add(name);
    if (resting) return;
    resting = true;
    setImmediate(tell); // whoever waits for this commit is answered first
  };
  neighbours.on('message', (message) => {
    for (const name of wokenIn(message)) emitter.emit(name);
  });
}

/** What a message of a neighbour names; nothing when it is about something else. */
export function wokenIn(message: unknown): string[] {
  const { woken } = (message ?? {}) as { woken?: unknown };
  return Array.isArray(woken) ? woken.filter((name) => typeof name === 'string') : [];
}
