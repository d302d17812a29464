import { Database, type Tx } from '#database';
import type { Clock } from '#kernel';
import type { Batch, EventLog } from '../event-log.js';
import { KafkaEventLog } from '../kafka/kafka-event-log.js';
import { PostgresEventLog } from '../postgres/postgres-event-log.js';

/** What a test, or a process that a test starts, needs to know to open the log. */
export interface Transport {
  /** Empty: Postgres. */
  brokers: string[];
  prefix: string;
  sessionTimeoutMs: number;
  idleLimitMs: number;
}

export function transportLog(
  transport: Transport,
  parts: { db: Database; clock: Clock; onError: (error: unknown, where: string) => void },
): EventLog {
  const { brokers, prefix, sessionTimeoutMs, idleLimitMs } = transport;
  const common = { ...parts, app: 'inbox', idleLimitMs };
  if (brokers.length === 0) return new PostgresEventLog({ ...common, pollMs: 100 });
  return new KafkaEventLog({ ...common, brokers, prefix, sessionTimeoutMs, partitions: 3 });
}

/** `effects` takes whatever comes, so that a second effect shows; `threads` holds the row that owns a key. */
export const MEMBER_TABLES = (role: string | null): string[] => [
  `create table inbox.effects (
     id bigint generated always as identity primary key, event_id uuid not null, key text not null, seq int not null, by_member text not null)`,
  `create table inbox.threads (key text primary key, seq int not null)`,
  ...(role ? [`grant all on all tables in schema inbox to ${role}`] : []),
];

/** The plainest handler: one row an event. */
export async function writeEffects(tx: Tx, batch: Batch, member = 'here'): Promise<void> {
  await tx.query(
    `insert into effects (event_id, key, seq, by_member)
     select n.id, n.key, n.seq, $4 from unnest($1::uuid[], $2::text[], $3::int[]) with ordinality as n(id, key, seq, ord)
     order by n.ord`,
    [
      batch.events.map((event) => event.id),
      batch.events.map((event) => event.key),
      batch.events.map((event) => event.seq),
      member,
    ],
  );
}
