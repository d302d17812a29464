import { type ParkedView, TOPICS } from '#contracts';
import type { Database, Tx } from '#database';
import { type Clock, notFound } from '#kernel';
import { withTrace } from '../correlation.js';
import { parseEnvelope } from '../envelope.js';
import {
  EventLog,
  type Handle,
  type Lag,
  type NewEvent,
  type Subscription,
  type SubscriptionOptions,
} from '../event-log.js';
import { countAttempt, listParked, loadQueue, removeParked } from '../parking.store.js';
import { addEvents, type Pending, pendingOf } from '../pending.js';
import {
  ensureConsumer,
  ensureTopics,
  lagOf,
  lastPositions,
  lockConsumer,
  pruneEvents,
  writePending,
} from './postgres-log.store.js';
import { PostgresSubscription } from './postgres-subscription.js';
import { wake } from './wake.js';

export interface PostgresEventLogOptions {
  db: Database;
  clock: Clock;
  /** The app's name: its consumer group. */
  app: string;
  /** How often to look for events of other processes, in ms (default 1,000; appends of this process wake at once). */
  pollMs?: number;
  /** Handled events are kept this long for reading again (default 7 days, in ms). */
  keepMs?: number;
  onError?: (error: unknown, where: string) => void;
}

/** The log as tables in the same Postgres: what a single machine needs, and nothing else to run. */
export class PostgresEventLog extends EventLog {
  private readonly subscriptions = new Map<string, PostgresSubscription>();
  private readonly handles = new Map<string, Handle>();
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: PostgresEventLogOptions) {
    super();
  }

  async start(): Promise<void> {
    await ensureTopics(this.options.db, Object.keys(TOPICS));
    this.every(this.options.pollMs ?? 1_000, () => this.look());
    this.every(600_000, () => this.prune());
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([...this.subscriptions.values()].map((subscription) => subscription.stop()));
    this.subscriptions.clear();
    this.handles.clear();
  }

  append(tx: Tx, events: NewEvent[]): void {
    if (events.length > 0) addEvents(pendingOf(tx, this.flush), events);
  }

  async subscribe(options: SubscriptionOptions, handle: Handle): Promise<Subscription> {
    const name = `${options.group} ${options.topic}`;
    if (this.subscriptions.has(name)) throw new Error(`${options.group} is already subscribed to ${options.topic}`);
    await ensureConsumer(this.options.db, options.group, options.topic);
    const subscription = new PostgresSubscription(options, handle, {
      db: this.options.db,
      clock: this.options.clock,
      flush: this.flush,
      onError: this.options.onError ?? (() => undefined),
    });
    this.subscriptions.set(name, subscription);
    this.handles.set(options.topic, handle);
    return {
      healthy: () => subscription.healthy(),
      stop: async () => {
        this.subscriptions.delete(name);
        this.handles.delete(options.topic);
        await subscription.stop();
      },
    };
  }

  async lag(): Promise<Lag[]> {
    const rows = await lagOf(this.options.db, this.options.app);
    return rows.map((row) => ({ group: this.options.app, topic: row.topic as Lag['topic'], events: row.events }));
  }

  parked(): Promise<ParkedView[]> {
    return listParked(this.options.db, this.options.app);
  }

  async replay(parkedId: string): Promise<number> {
    try {
      return await this.options.db.transaction(async (tx) => {
        const [head] = await loadQueue(tx, parkedId);
        if (!head) throw notFound('parked_event', parkedId);
        await lockConsumer(tx, this.options.app, head.topic); // nothing is held behind the key while it is emptied
        const queue = await loadQueue(tx, parkedId);
        const handle = this.handles.get(head.topic);
        if (!handle) throw new Error(`${this.options.app} does not handle ${head.topic} here`);
        for (const row of queue) {
          const event = parseEnvelope(row.envelope);
          const trace = { correlationId: event.correlationId, causationId: event.id };
          await withTrace(trace, () => handle(tx, { topic: head.topic as Lag['topic'], events: [event] }));
        }
        await removeParked(
          tx,
          queue.map((row) => row.id),
        );
        return queue.length;
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await countAttempt(this.options.db, parkedId, message, this.options.clock.now());
      throw error;
    }
  }

  private readonly flush = async (tx: Tx, pending: Pending): Promise<void> => {
    await writePending(tx, pending);
    if (pending.topics.length > 0) tx.afterCommit(() => wake(pending.topics));
  };

  /** Events that another process appended. */
  private async look(): Promise<void> {
    if (this.subscriptions.size === 0) return;
    const lags = await lagOf(this.options.db, this.options.app);
    for (const { topic, events } of lags) {
      if (events > 0) this.subscriptions.get(`${this.options.app} ${topic}`)?.wake();
    }
  }

  private async prune(): Promise<void> {
    const before = new Date(this.options.clock.now().getTime() - (this.options.keepMs ?? 7 * 86_400_000));
    while ((await pruneEvents(this.options.db, before, 5_000)) === 5_000);
  }

  private every(ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      work().catch((error: unknown) => this.options.onError?.(error, 'event log'));
    }, ms);
    timer.unref();
    this.timers.push(timer);
  }
}

export { lastPositions };
