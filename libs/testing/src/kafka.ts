import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export interface TestKafka {
  brokers: string[];
  /** SIGKILL and start again on the same port, with its data. Not for a broker named by KAFKA_BROKERS. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** False when KAFKA_BROKERS names it: then it is not ours to stop. */
  own: boolean;
  close(): Promise<void>;
}

interface Broker {
  brokers: string;
  port: number;
  kill(): Promise<void>;
}

interface Script {
  missing(): string | null;
  startKafka(options?: { dir?: string; port?: number }): Promise<Broker>;
}

/**
 * A real broker for a test file: the one of KAFKA_BROKERS, or one of its own by scripts/kafka. Null, and loudly so, on a
 * machine that cannot have one; where CI=true that is a failure.
 */
export async function kafkaForTests(): Promise<TestKafka | null> {
  const named = process.env['KAFKA_BROKERS'];
  if (named) {
    const never = () => Promise.reject(new Error('the broker of KAFKA_BROKERS is not ours to stop'));
    return { brokers: named.split(','), own: false, kill: never, restart: never, close: async () => undefined };
  }
  const file = path.resolve(import.meta.dirname, '../../../scripts/kafka/kafka.mjs');
  const script = (await import(pathToFileURL(file).href)) as Script;
  const fault = script.missing();
  if (fault) {
    if (process.env['CI'] === 'true') throw new Error(fault);
    console.warn(`\n*** SKIPPED: the tests on Kafka. ${fault} ***\n`);
    return null;
  }
  const dir = mkdtempSync(path.join(os.tmpdir(), 'kairos-kafka-'));
  let broker = await script.startKafka({ dir });
  const { port } = broker;
  return {
    brokers: [broker.brokers],
    own: true,
    kill: () => broker.kill(),
    restart: async () => void (broker = await script.startKafka({ dir, port })),
    async close() {
      await broker.kill();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
