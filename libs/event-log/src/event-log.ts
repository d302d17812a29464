import type { EventPayloads, EventType, Envelope, Topic } from '#contracts';
import type { CommitTime, Tx } from '#database';
import type { ParkedView } from '#contracts';

/** What a service hands over; the log adds id, time and correlation where they are missing. */
export interface NewEvent<T extends EventType = EventType> {
  type: T;
  /** Order is kept per key: conversation id, channel account + sender, or the thing's own id. */
  key: string;
  payload: EventPayloads[T];
  /** The conversation's version, for inbox's own events. */
  seq?: number | null;
  /** Given when the same effect must yield the same event (kernel `idFrom`); otherwise a new uuid v7. */
  id?: string;
  occurredAt: Date;
  correlationId?: string;
  causationId?: string | null;
}

/** Some events of one topic, in order per key, to be handled in one transaction. */
export interface Batch {
  topic: Topic;
  events: Envelope[];
}

/**
 * Effects and consumed offsets commit together. A throw rolls the batch back: transient database trouble is retried
 * for ever and counts nothing; anything else bisects the batch until the poisonous event stands alone and is parked,
 * with later events of its key behind it. Handlers must not call the network.
 */
export type Handle = (tx: Tx, batch: Batch) => Promise<void>;

export interface SubscriptionOptions {
  /** The app's name. Each group handles every event once. */
  group: string;
  topic: Topic;
  /** Events in one transaction at most (default 500). Never waits to fill a batch. */
  batchSize?: number;
  /**
   * `soon`: the commit may reach the disk up to a second after its transaction ended, in the order of all commits. If the
   * database falls over before, effects, offset and appended events are gone together and the batch is handled again.
   * Only where nobody outside is told before a later commit that is on disk (default `now`).
   */
  commit?: CommitTime;
}

export interface Subscription {
  /** Finishes the batch in hand, then stops. */
  stop(): Promise<void>;
  /** True while it polls or handles; false when it has been stuck on trouble (readiness). */
  healthy(): boolean;
}

export interface Lag {
  group: string;
  topic: Topic;
  /** Events not yet handled by the group. */
  events: number;
  /** Of those, events that wait in this database to be published (Kafka only). */
  unpublished?: number;
}

/** The one door to events: append in your transaction, handle in a transaction, park what is poisoned. */
export abstract class EventLog {
  /**
   * Collects facts; they are written in the caller's transaction just before it commits, all with one statement.
   * Lock the row that owns the key (the conversation) before deciding what to append: order per key follows from it.
   */
  abstract append(tx: Tx, events: NewEvent[]): void;

  /** Subscribing twice to one topic in one group is a mistake and throws. */
  abstract subscribe(options: SubscriptionOptions, handle: Handle): Promise<Subscription>;

  /** Per group and topic of this app. */
  abstract lag(): Promise<Lag[]>;
  abstract parked(): Promise<ParkedView[]>;

  /** Handles the parked event and all that queue behind its key again, in order; answers how many were handled. */
  abstract replay(parkedId: string): Promise<number>;
  abstract start(): Promise<void>;
  abstract stop(): Promise<void>;
}
