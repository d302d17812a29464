import type { Topic } from '#contracts';
import type { Database, Tx } from '#database';
import { type Clock, DomainError, notFound } from '#kernel';
import { withTrace } from './correlation.js';
import { parseEnvelope } from './envelope.js';
import type { Handle } from './event-log.js';
import { countAttempt, loadQueue, removeParked } from './parking.store.js';

export interface ReplayParts {
  db: Database;
  clock: Clock;
  handleOf: (topic: string) => Handle | undefined;
  /** Keeps consumers from queueing behind a key of this topic until the transaction ends. */
  lock: (tx: Tx, topic: string) => Promise<void>;
}

/**
 * Handles a parked event and all that queue behind its key, in order, in one transaction: all or nothing.
 * @throws what the handler threw; the attempt is then counted on the parked event
 */
export async function replayParked(parts: ReplayParts, parkedId: string): Promise<number> {
  try {
    return await parts.db.retrying((tx) => replayOnce(tx, parts, parkedId));
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'not_found') throw error;
    const message = error instanceof Error ? error.message : String(error);
    await countAttempt(parts.db, parkedId, message, parts.clock.now());
    throw error;
  }
}

async function replayOnce(tx: Tx, parts: ReplayParts, parkedId: string): Promise<number> {
  const [head] = await loadQueue(tx, parkedId);
  if (!head) throw notFound('parked_event', parkedId);
  await parts.lock(tx, head.topic);
  const queue = await loadQueue(tx, parkedId); // again: more may have queued up before the lock was ours
  const topic = head.topic as Topic;
  const handle = parts.handleOf(topic);
  if (!handle) {
    throw new DomainError(
      'topic_not_handled',
      'unavailable',
      `Nobody handles ${topic} in this process yet. Wait until the app is ready, then replay again.`,
    );
  }
  for (const row of queue) {
    const event = parseEnvelope(row.envelope);
    const trace = { correlationId: event.correlationId, causationId: event.id };
    await withTrace(trace, () => handle(tx, { topic, events: [event] }));
  }
  await removeParked(
    tx,
    queue.map((row) => row.id),
  );
  return queue.length;
}
