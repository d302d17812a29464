import type { Tx } from '#database';
import { envelopeOf } from './envelope.js';
import type { NewEvent } from './event-log.js';

/** Where a consumer stands after the batch in this transaction. */
export interface ConsumedOffset {
  consumer: string;
  topic: string;
  partition: number;
  nextPosition: string;
}

/** What one transaction will write to the log when it commits. */
export interface Pending {
  topics: string[];
  ids: string[];
  types: string[];
  keys: string[];
  envelopes: string[];
  consumed: ConsumedOffset | null;
}

const PENDING = Symbol('events to append at commit');

/** The transaction's pending writes; the first call arranges that `flush` runs before COMMIT. */
export function pendingOf(tx: Tx, flush: (tx: Tx, pending: Pending) => Promise<void>): Pending {
  const known = tx.scratch.get(PENDING) as Pending | undefined;
  if (known) return known;
  const pending: Pending = { topics: [], ids: [], types: [], keys: [], envelopes: [], consumed: null };
  tx.scratch.set(PENDING, pending);
  tx.beforeCommit(() => flush(tx, pending));
  return pending;
}

export function addEvents(pending: Pending, events: NewEvent[]): void {
  for (const event of events) {
    const { topic, envelope } = envelopeOf(event);
    pending.topics.push(topic);
    pending.ids.push(envelope.id);
    pending.types.push(envelope.type);
    pending.keys.push(envelope.key);
    pending.envelopes.push(JSON.stringify(envelope).replaceAll('\\u0000', '')); // Postgres text holds no NUL
  }
}
