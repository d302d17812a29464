import type { Envelope } from '#contracts';
import type { Tx } from '#database';
import { invalid } from '#kernel';
import { envelopeOf } from './envelope.js';
import type { NewEvent } from './event-log.js';
import { mustBePlain } from './plain.js';

/** Where a consumer stands after the batch in this transaction. The Postgres log has one partition, 0. */
export interface ConsumedOffset {
  consumer: string;
  topic: string;
  partition: number;
  nextPosition: string;
}

/** The same for Kafka: several partitions, each moved only from where it was believed to stand. */
export interface ConsumedOffsets {
  consumer: string;
  topic: string;
  moves: { partition: number; from: bigint; to: bigint }[];
  /** Written down, since a relay may publish one event twice. */
  eventIds: string[];
}

/** What one transaction will write to the log when it commits. */
export interface Pending {
  topics: string[];
  ids: string[];
  types: string[];
  keys: string[];
  envelopes: string[];
  /** The same before it became text; null where the text says something else. */
  events: (Envelope | null)[];
  consumed: ConsumedOffset | null;
  moved: ConsumedOffsets | null;
}

/** Characters of one event at most: far above any mail text, far below what would choke a broker (20 MiB). */
export const MAX_EVENT_LENGTH = 12 * 1024 * 1024;

/** Handlers of this process are given what was appended, not a copy: in tests nobody can change it any more. */
const IS_TEST = process.env['NODE_ENV'] === 'test';

const PENDING = Symbol('events to append at commit');

/** The transaction's pending writes; the first call has them written when it commits. */
export function pendingOf(tx: Tx, writeAtCommit: (tx: Tx, pending: Pending) => void): Pending {
  const known = tx.scratch.get(PENDING) as Pending | undefined;
  if (known) return known;
  const lists = { topics: [], ids: [], types: [], keys: [], envelopes: [], events: [] };
  const pending: Pending = { consumed: null, moved: null, ...lists };
  tx.scratch.set(PENDING, pending);
  writeAtCommit(tx, pending);
  return pending;
}

export function addEvents(pending: Pending, events: NewEvent[]): void {
  for (const event of events) {
    const { topic, envelope } = envelopeOf(event);
    if (IS_TEST) mustBePlain(envelope, event.type);
    const whole = JSON.stringify(envelope);
    const text = whole.includes('\\u0000') ? withoutNul(envelope) : whole;
    if (text.length > MAX_EVENT_LENGTH) {
      throw invalid(
        'event_too_large',
        `${event.type} of ${event.key} has ${text.length} characters, at most ${MAX_EVENT_LENGTH} travel. Put large content into the blob store and send its reference.`,
      );
    }
    pending.topics.push(topic);
    pending.ids.push(envelope.id);
    pending.types.push(envelope.type);
    pending.keys.push(envelope.key);
    pending.envelopes.push(text);
    pending.events.push(text === whole ? envelope : null);
  }
}

/** Postgres text holds no NUL. Only where one seems to be are the strings gone through: a customer may also type "\\u0000". */
function withoutNul(envelope: Envelope): string {
  return JSON.stringify(envelope, (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\u0000', '') : value,
  );
}
