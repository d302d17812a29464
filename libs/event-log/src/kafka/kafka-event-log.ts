import { Partitioners, type Kafka, type Producer } from 'kafkajs';
import type { ParkedView, Topic } from '#contracts';
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
import { addEvents, type ConsumedOffsets, type Pending, pendingOf } from '../pending.js';
import { pruneEvents } from '../postgres/postgres-log.store.js';
import { replayParked } from '../replay.js';
import { carryBacklog } from './carry.store.js';
import { BRIEF, kafkaClient, PATIENT } from './kafka-client.js';
import { lockReplay, pruneHandled, writePending, writingOf } from './kafka-log.store.js';
import { KafkaSubscription } from './kafka-subscription.js';
import { HANDLED_DAYS, KafkaTopics } from './kafka-topics.js';
import { LagReader } from './lag-reader.js';
import { LostPartitions } from './lost-partitions.js';
import type { OutboxRow } from './outbox.store.js';
import { Relay } from './relay.js';

export interface KafkaEventLogOptions {
  db: Database;
  clock: Clock;
  /** The app's name: its consumer group, and the owner of its outbox rows. */
  app: string;
  brokers: string[];
  /** Stands before every topic and group, for several installations on one cluster (default none). */
  prefix?: string | undefined;
  /** Partitions of a topic at most, when it is made; the contract says how many otherwise. */
  partitions?: number;
  /** After this long without a heartbeat others take over (default 10,000 ms). */
  sessionTimeoutMs?: number;
  /** A handler's transaction may stand still this long before the database ends it (default 30,000 ms). */
  idleLimitMs?: number;
  onError?: ((error: unknown, where: string) => void) | undefined;
}

/** Characters of one request to a broker: below the 1 MiB that clusters allow by default, unless one event is larger. */
const REQUEST_LENGTH = 900_000;

/** The log on Apache Kafka: outbox and offsets in the app's database, events through topics partitioned by key. */
export class KafkaEventLog extends EventLog {
  private readonly subscriptions = new Map<string, KafkaSubscription>();
  private readonly handles = new Map<string, Handle>();
  private readonly kafka: Kafka;
  private readonly topics: KafkaTopics;
  private readonly producer: Producer;
  private readonly relay: Relay;
  private readonly lags: LagReader;
  private running = false;
  private cluster: string | null = null;
  private connecting: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: KafkaEventLogOptions) {
    super();
    const { db, app, brokers, prefix = '', partitions } = options;
    const client = {
      brokers,
      clientId: `kairos-${app}`,
      onError: (error: unknown, where: string) => this.report(error, where),
    };
    this.kafka = kafkaClient({ ...client, retry: PATIENT });
    const brief = kafkaClient({ ...client, retry: BRIEF });
    this.topics = new KafkaTopics(brief, { prefix, partitions });
    this.producer = brief.producer({
      allowAutoTopicCreation: false,
      retry: BRIEF,
      createPartitioner: Partitioners.DefaultPartitioner, // as the Java client's: others find the same partition
    });
    this.relay = new Relay({
      db,
      app,
      publish: (rows) => this.publish(rows),
      onError: (error, where) => this.report(error, where),
    });
    this.lags = new LagReader({ db, app, topics: this.topics, cluster: () => this.cluster });
  }

  /** Carries over what the Postgres log still holds; then connects in the background: appending needs no broker. */
  async start(): Promise<void> {
    this.running = true;
    await carryBacklog(this.options.db);
    this.connecting = this.connect();
    this.timer = setInterval(() => void this.prune().catch((error) => this.report(error, 'prune')), 600_000);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.running = false;
    if (this.timer) clearInterval(this.timer);
    await this.connecting; // a few seconds at most where no broker answers
    await Promise.all([...this.subscriptions.values()].map((subscription) => subscription.stop()));
    this.subscriptions.clear();
    this.handles.clear();
    if (this.cluster !== null) await this.relay.stop();
    await this.producer.disconnect().catch(() => undefined);
    await this.topics.close();
  }

  append(tx: Tx, events: NewEvent[]): void {
    if (events.length > 0) addEvents(pendingOf(tx, this.writeAtCommit), events);
  }

  async subscribe(options: SubscriptionOptions, handle: Handle): Promise<Subscription> {
    const name = `${options.group} ${options.topic}`;
    if (this.subscriptions.has(name)) throw new Error(`${options.group} is already subscribed to ${options.topic}`);
    const subscription = new KafkaSubscription(options, handle, {
      db: this.options.db,
      clock: this.options.clock,
      topics: this.topics,
      kafka: this.kafka,
      writeAtCommit: this.writeAtCommit,
      sessionTimeoutMs: this.options.sessionTimeoutMs ?? 10_000,
      idleLimitMs: this.options.idleLimitMs ?? 30_000,
      cluster: () => this.cluster!,
      onError: (error, where) => this.report(error, where),
    });
    this.subscriptions.set(name, subscription);
    this.handles.set(options.topic, handle);
    if (this.cluster !== null) subscription.start(); // else as soon as the cluster has answered
    return {
      healthy: () => subscription.healthy(),
      stop: async () => {
        this.subscriptions.delete(name);
        this.handles.delete(options.topic);
        await subscription.stop();
      },
    };
  }

  lag(): Promise<Lag[]> {
    return this.lags.read([...this.handles.keys()] as Topic[]);
  }

  parked(): Promise<ParkedView[]> {
    return listParked(this.options.db, this.options.app);
  }

  replay(parkedId: string): Promise<number> {
    const { db, clock, app } = this.options;
    return replayParked(
      { db, clock, handleOf: (topic) => this.handles.get(topic), lock: (tx, topic) => lockReplay(tx, app, topic) },
      parkedId,
    );
  }

  private readonly writeAtCommit = (tx: Tx, pending: Pending): void => {
    tx.beforeCommit(async () => {
      if (pending.moved) await this.claim(tx, pending, pending.moved);
      else tx.withCommit(writingOf(this.options.app, '', pending));
    });
    tx.afterCommit(() => pending.topics.length > 0 && this.relay.wake());
  };

  /** Offsets that another member has moved meanwhile must be known before COMMIT. */
  private async claim(tx: Tx, pending: Pending, { moves }: ConsumedOffsets): Promise<void> {
    const moved = await writePending(tx, this.options.app, this.cluster ?? '', pending);
    const lost = moves.filter((move) => !moved.includes(move.partition));
    if (lost.length > 0) throw new LostPartitions(lost.map((move) => move.partition));
  }

  /** Until the cluster answers: an installation whose Kafka comes up later than itself is no failure. */
  private async connect(): Promise<void> {
    for (let pause = 100; this.running; pause = Math.min(pause * 2, 2_000)) {
      try {
        const { clusterId } = await this.topics.ensure();
        await this.producer.connect();
        this.cluster = `${clusterId}${this.options.prefix ? `:${this.options.prefix}` : ''}`;
        this.relay.start();
        for (const subscription of this.subscriptions.values()) subscription.start();
        return;
      } catch (error) {
        this.report(error, `${this.options.app} connects to Kafka`);
        await new Promise((done) => setTimeout(done, pause));
      }
    }
  }

  /** In the order of the rows: a request at a time, each acknowledged by all replicas in step. */
  private async publish(rows: OutboxRow[]): Promise<void> {
    for (const part of parts(rows)) {
      const messages = new Map<string, { key: string; value: string }[]>();
      for (const { topic, key, envelope } of part) {
        const list = messages.get(topic) ?? [];
        if (list.length === 0) messages.set(topic, list);
        list.push({ key, value: envelope });
      }
      await this.producer.sendBatch({
        acks: -1,
        topicMessages: [...messages].map(([topic, list]) => ({ topic: this.topics.nameOf(topic), messages: list })),
      });
    }
  }

  private async prune(): Promise<void> {
    const { db, clock, app } = this.options;
    const before = new Date(clock.now().getTime() - HANDLED_DAYS * 86_400_000);
    while ((await pruneHandled(db, app, before, 5_000)) === 5_000);
    while ((await pruneEvents(db, before, 5_000)) === 5_000); // what is left of the Postgres log
  }

  private report(error: unknown, where: string): void {
    if (this.running) this.options.onError?.(error, where);
  }
}

function* parts(rows: OutboxRow[]): Generator<OutboxRow[]> {
  let part: OutboxRow[] = [];
  let length = 0;
  for (const row of rows) {
    if (part.length > 0 && length + row.envelope.length > REQUEST_LENGTH) {
      yield part;
      part = [];
      length = 0;
    }
    part.push(row);
    length += row.envelope.length;
  }
  if (part.length > 0) yield part;
}
