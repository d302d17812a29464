import type { Database } from '#database';
import type { Clock } from '#kernel';
import type { EventLog } from './event-log.js';
import { KafkaEventLog } from './kafka/kafka-event-log.js';
import { PostgresEventLog } from './postgres/postgres-event-log.js';

export interface OpenOptions {
  db: Database;
  clock: Clock;
  app: string;
  /** Empty: tables in the same Postgres. */
  kafkaBrokers: string[];
  /** Stands before every topic and group, for several installations on one cluster. */
  kafkaPrefix?: string;
  onError?: (error: unknown, where: string) => void;
}

/** The transport that the configuration asks for, behind the one port. */
export function openEventLog(options: OpenOptions): EventLog {
  const { kafkaBrokers, kafkaPrefix, ...rest } = options;
  if (kafkaBrokers.length === 0) return new PostgresEventLog(rest);
  return new KafkaEventLog({ brokers: kafkaBrokers, prefix: kafkaPrefix, ...rest });
}
