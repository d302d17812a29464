import { AsyncLocalStorage } from 'node:async_hooks';

/** What links a log line, an event and its consequences: carried through a request or a handler without being passed. */
export interface Trace {
  correlationId: string;
  causationId?: string | null;
}

const storage = new AsyncLocalStorage<Trace>();

export function withTrace<T>(trace: Trace, work: () => T): T {
  return storage.run(trace, work);
}

export function currentTrace(): Trace | undefined {
  return storage.getStore();
}
