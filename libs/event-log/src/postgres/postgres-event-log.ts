import { type ParkedView, TOPICS } from '#contracts';
import type { Database, Tx } from '#database';
import type { Clock } from '#kernel';
import {
  EventLog,
  type Handle,
  type Lag,
  type NewEvent,
  type Subscription,
  type SubscriptionOptions,
} from '../event-log.js';
import { listParked } from '../parking.store.js';
import { addEvents, type Pending, pendingOf } from '../pending.js';
import { replayParked } from '../replay.js';
import {
  ensureConsumer,
  ensureTopics,
  lagOf,
  lastPositions,
  lockConsumer,
  pruneEvents,
  takeBackOutbox,
  writingOf,
} from './postgres-log.store.js';
import { rememberAppended, type Place } from './recent-events.js';
import { PostgresSubscription } from './postgres-subscription.js';
import { wake } from '../news.js';

export interface PostgresEventLogOptions {
  db: Database;
  clock: Clock;
  /** The app's name: its consumer group. */
  app: string;
  /** How often to look for events of other processes, in ms (default 1,000; appends of this process wake at once). */
  pollMs?: number;
  /** Handled events are kept this long for reading again (default 7 days, in ms). */
  keepMs?: number;
  /** A handler's transaction may stand still this long before the database ends it (default 30,000 ms). */
  idleLimitMs?: number;
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
    await takeBackOutbox(this.options.db, this.options.app);
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
    if (events.length > 0) addEvents(pendingOf(tx, this.writeAtCommit), events);
  }

  async subscribe(options: SubscriptionOptions, handle: Handle): Promise<Subscription> {
    const name = `${options.group} ${options.topic}`;
    if (this.subscriptions.has(name)) throw new Error(`${options.group} is already subscribed to ${options.topic}`);
    await ensureConsumer(this.options.db, options.group, options.topic);
    const subscription = new PostgresSubscription(options, handle, {
      db: this.options.db,
      clock: this.options.clock,
      writeAtCommit: this.writeAtCommit,
      idleLimitMs: this.options.idleLimitMs ?? 30_000,
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

  replay(parkedId: string): Promise<number> {
    const { db, clock, app } = this.options;
    return replayParked(
      {
        db,
        clock,
        handleOf: (topic) => this.handles.get(topic),
        lock: (tx, topic) => lockConsumer(tx, app, topic),
      },
      parkedId,
    );
  }

  private readonly writeAtCommit = (tx: Tx, pending: Pending): void => {
    // topics are locked after everything else that the transaction locks
    tx.beforeCommit(async () => {
      const writing = writingOf(pending);
      const answered = (rows: unknown[]) => rememberAppended(this.options.db.options.url, pending, rows as Place[]);
      tx.withCommit(writing && { answered, ...writing });
    });
    tx.afterCommit(() => wake(pending.topics));
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
