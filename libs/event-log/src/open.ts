import type { Database } from '#database';
import type { Clock } from '#kernel';
import type { EventLog } from './event-log.js';
import { PostgresEventLog } from './postgres/postgres-event-log.js';

export interface OpenOptions {
  db: Database;
  clock: Clock;
  app: string;
  /** Empty: tables in the same Postgres. */
  kafkaBrokers: string[];
  onError?: (error: unknown, where: string) => void;
}

/** The transport that the configuration asks for, behind the one port. */
export function openEventLog(options: OpenOptions): EventLog {
  return new PostgresEventLog(options);
}
