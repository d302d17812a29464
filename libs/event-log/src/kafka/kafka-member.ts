import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { PATIENT } from './kafka-client.js';

export interface MemberOptions {
  kafka: Kafka;
  groupId: string;
  topic: string;
  /** After this long without a heartbeat the group gives its partitions to others. */
  sessionTimeoutMs: number;
  onAssigned: (partitions: number[]) => void;
  onBatch: (payload: EachBatchPayload) => Promise<void>;
  onError: (error: unknown, where: string) => void;
}

/**
 * A member of one group on one topic. kafkajs stops consuming for good on some errors while the process looks healthy:
 * every crash is answered here with a new consumer, and a sign of life is only a fetch or a heartbeat that came back.
 */
export class KafkaMember {
  private consumer: Consumer | null = null;
  private running = false;
  private ended: (() => void) | null = null;
  private finished: Promise<void> = Promise.resolve();
  private aliveAt = performance.now();

  constructor(private readonly options: MemberOptions) {}

  start(): void {
    this.running = true;
    this.finished = this.run();
  }

  get isRunning(): boolean {
    return this.running;
  }

  /** Milliseconds since the brokers last answered. */
  get silentMs(): number {
    return performance.now() - this.aliveAt;
  }

  /** The next fetch of the partition begins there. */
  seek(partition: number, offset: bigint): void {
    this.consumer?.seek({ topic: this.options.topic, partition, offset: String(offset) });
  }

  /** A hint for Kafka's own tools and for a quick start; the truth is in the database. */
  hint(offsets: Map<number, bigint>): void {
    const { topic } = this.options;
    const list = [...offsets].map(([partition, offset]) => ({ topic, partition, offset: String(offset) }));
    if (list.length > 0) this.consumer?.commitOffsets(list).catch(() => undefined);
  }

  /** From now on no crash is answered and no batch is begun. */
  retire(): void {
    this.running = false;
  }

  async stop(): Promise<void> {
    this.retire();
    this.ended?.();
    await this.finished;
  }

  private async run(): Promise<void> {
    for (let pause = 100; this.running; pause = Math.min(pause * 2, 5_000)) {
      const startedAt = performance.now();
      await this.live().catch((error: unknown) => this.report(error));
      if (performance.now() - startedAt > 60_000) pause = 100;
      if (this.running) await new Promise((done) => setTimeout(done, pause));
    }
  }

  /** One consumer from its start to its crash or to `stop`. */
  private async live(): Promise<void> {
    const { kafka, groupId, topic, sessionTimeoutMs } = this.options;
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: Math.max(10_000, sessionTimeoutMs),
      heartbeatInterval: Math.max(100, Math.floor(sessionTimeoutMs / 10)),
      maxWaitTimeInMs: Math.min(500, Math.floor(sessionTimeoutMs / 10)), // heartbeats go out between fetches
      allowAutoTopicCreation: false,
      // by default kafkajs starts a crashed consumer again only after some errors; we do after all, so never let it
      retry: { ...PATIENT, restartOnFailure: () => Promise.resolve(false) },
    });
    const over = new Promise<void>((done) => (this.ended = done));
    this.listen(consumer);
    this.consumer = consumer;
    try {
      const begun = (async () => {
        await consumer.connect();
        await consumer.subscribe({ topics: [topic], fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: 64, // what one fetch brought is handled in one transaction
          eachBatch: this.options.onBatch,
        });
      })();
      begun.catch(() => undefined);
      await Promise.race([begun, over]);
      await over;
    } finally {
      this.consumer = null;
      await leave(consumer);
    }
  }

  private listen(consumer: Consumer): void {
    const { CRASH, FETCH, GROUP_JOIN, HEARTBEAT } = consumer.events;
    const alive = () => {
      if (this.consumer === consumer) this.aliveAt = performance.now();
    };
    consumer.on(FETCH, alive);
    consumer.on(HEARTBEAT, alive);
    consumer.on(GROUP_JOIN, ({ payload }) => {
      alive();
      if (this.consumer === consumer) this.options.onAssigned(payload.memberAssignment[this.options.topic] ?? []);
    });
    consumer.on(CRASH, ({ payload }) => {
      this.report(payload.error);
      if (this.consumer === consumer) this.ended?.();
    });
  }

  private report(error: unknown): void {
    if (this.running) this.options.onError(error, `${this.options.groupId} on Kafka`);
  }
}

/** Leaves the group, so that the others need not wait for its session to end; but not for brokers that are away. */
async function leave(consumer: Consumer): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((done) => (timer = setTimeout(done, 5_000)));
  await Promise.race([consumer.disconnect().catch(() => undefined), limit]);
  clearTimeout(timer);
}
