import { createRequire } from 'node:module';
import path from 'node:path';
import { type Kafka as KafkaType, logLevel } from 'kafkajs';
import { Database, prepareSchema, runAsOwner } from '#database';
import { LOG_SCHEMA, logGrants, PostgresEventLog } from '#event-log';
import { SystemClock } from '#kernel';
import { repository } from '../../e2e/lib/product.js';
import { arrival } from './arrivals.js';

const { Kafka } = createRequire(import.meta.url)('kafkajs') as { Kafka: typeof KafkaType };

export interface Broker {
  brokers: string;
  stop(): Promise<void>;
}

/** A broker of its own for one round: no topic of the round before. */
export async function startBroker(dir: string): Promise<Broker> {
  const kafka = (await import(path.join(repository(), 'scripts/kafka/kafka.mjs'))) as {
    startKafka(options: { dir: string }): Promise<{ brokers: string; stop(): Promise<void> }>;
  };
  return kafka.startKafka({ dir });
}

/** `count` messages of a quarter as many senders, on a topic with 12 partitions. */
export async function fillKafka(broker: Broker, topic: string, count: number): Promise<void> {
  const kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topics = [topic, 'baseline.received'].map((name) => ({ topic: name, numPartitions: 12 }));
  await admin.createTopics({ topics, waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  const plain = topic.startsWith('baseline');
  for (let n = 0; n < count; n += 500) {
    const messages = Array.from({ length: Math.min(500, count - n) }, (_, i) => {
      const event = arrival(n + i, Math.ceil(count / 4));
      return { key: event.key, value: JSON.stringify(plain ? event.payload : event) };
    });
    await producer.send({ topic, messages, acks: -1 });
  }
  await producer.disconnect();
}

/** The same messages in the Postgres log, appended as gateway appends them. */
export async function fillPostgresLog(url: string, count: number): Promise<void> {
  const { role } = await prepareSchema(url, 'gateway');
  await runAsOwner(url, [...LOG_SCHEMA, ...(role ? logGrants(role) : [])]);
  const db = new Database({ url, schema: 'gateway', role: role ?? undefined });
  await db.start();
  const log = new PostgresEventLog({ db, clock: new SystemClock(), app: 'gateway' });
  await log.start();
  for (let n = 0; n < count; n += 500) {
    await db.transaction(async (tx) => {
      const events = Array.from({ length: Math.min(500, count - n) }, (_, i) => arrival(n + i, Math.ceil(count / 4)));
      log.append(
        tx,
        events.map((event) => ({
          type: event.type,
          key: event.key,
          payload: event.payload,
          occurredAt: new Date(event.occurredAt),
        })),
      );
    });
  }
  await log.stop();
  await db.stop();
}
