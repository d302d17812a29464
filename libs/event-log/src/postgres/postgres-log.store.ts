import { type LastStatement, packed, type Queryable, type Tx, unpacked } from '#database';
import type { ConsumedOffset, Pending } from '../pending.js';
import type { StoredRow } from './rows.js';

/**
 * The next events of a group, with its offset row locked until the transaction ends: one member works at a time.
 * `skip locked`: a second member finds nothing instead of waiting with an old snapshot. The transaction may not stand
 * still for ever: a member that was stopped in the middle must not keep the others from going on.
 * @param from.known first and last position whose text the caller has
 */
export async function fetchBatch(
  tx: Tx,
  from: { group: string; topic: string; limit: number; idleLimitMs: number; known: [string, string] },
): Promise<StoredRow[]> {
  return tx.query<StoredRow>(
    `with me as (
       select next_position, set_config('idle_in_transaction_session_timeout', $4, true)
       from log.consumed where consumer = $1 and topic = $2 and partition = 0 for update skip locked
     )
     select e.position::text as position, e.event_id as "eventId",
            case when e.position between $5::bigint and $6::bigint then null else e.envelope end as envelope,
            exists (select 1 from log.parked p where p.consumer = $1 and p.topic = $2 and p.key = e.key) as held,
            exists (select 1 from log.handled h where h.consumer = $1 and h.event_id = e.event_id) as handled
     from me cross join lateral (
       select position, event_id, key, envelope from log.events
       where topic = $2 and position >= me.next_position order by position limit $3
     ) e
     order by e.position`,
    [from.group, from.topic, from.limit, String(from.idleLimitMs), ...from.known],
  );
}

/** What most transactions of a quiet hour append: half the work of the statement for many. */
const APPEND_ONE = `
  with top as (update log.topics set last_position = last_position + 1 where topic = $1 returning last_position)
  insert into log.events (topic, position, event_id, type, key, envelope)
  select $1, last_position, $2::uuid, $3::text, $4::text, $5::text from top
  returning topic, (position - 1)::text as base`;

/**
 * Appends the transaction's events and moves its consumed offset, in one statement. Positions come from the topic's row,
 * whose lock is held until COMMIT: they commit in order, so nobody who reads by position skips a slower transaction.
 * Answers the position before each topic's first event.
 */
export function writingOf(pending: Pending): LastStatement | null {
  const { consumed } = pending;
  if (pending.ids.length === 0) return consumed ? { sql: moved(1), parameters: offsetOf(consumed) } : null;
  if (pending.ids.length === 1 && !consumed) {
    const { topics, ids, types, keys, envelopes } = pending;
    return { sql: APPEND_ONE, parameters: [topics[0], ids[0], types[0], keys[0], envelopes[0]], onePlan: true };
  }
  const { bytes, starts, lengths } = packed(pending.envelopes);
  return {
    sql: `with ${consumed ? `moved as (${moved(8)}),` : ''}
     fresh as (
       select topic, event_id, type, key, convert_from(${unpacked(5, 'n')}, 'UTF8') as envelope, ord
       from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $6::int[], $7::int[])
         with ordinality as n(topic, event_id, type, key, start, length, ord)
     ),
     top as (
       update log.topics t set last_position = t.last_position + c.n
       from (select topic, count(*) as n from fresh group by topic) c
       where t.topic = c.topic
       returning t.topic, t.last_position - c.n as base
     ),
     written as (
       insert into log.events (topic, position, event_id, type, key, envelope)
       select f.topic, top.base + row_number() over (partition by f.topic order by f.ord), f.event_id, f.type, f.key, f.envelope
       from fresh f join top using (topic)
     )
     select topic, base::text as base from top`,
    parameters: [
      pending.topics,
      pending.ids,
      pending.types,
      pending.keys,
      bytes,
      starts,
      lengths,
      ...(consumed ? offsetOf(consumed) : []),
    ],
  };
}

/** @param first number of its first parameter */
const moved = (first: number) =>
  `update log.consumed set next_position = $${first}::bigint, updated_at = clock_timestamp()
   where consumer = $${first + 1} and topic = $${first + 2} and partition = $${first + 3}`;

const offsetOf = (consumed: ConsumedOffset) => [
  consumed.nextPosition,
  consumed.consumer,
  consumed.topic,
  consumed.partition,
];

/** A new group begins at the first event that is kept. */
export async function ensureConsumer(db: Queryable, consumer: string, topic: string): Promise<void> {
  await db.query(
    `insert into log.consumed (consumer, topic, partition, next_position) values ($1, $2, 0, 1) on conflict do nothing`,
    [consumer, topic],
  );
}

export async function ensureTopics(db: Queryable, topics: string[]): Promise<void> {
  await db.query('insert into log.topics (topic) select unnest($1::text[]) on conflict do nothing', [topics]);
}

export async function lastPositions(db: Queryable): Promise<Map<string, bigint>> {
  const rows = await db.query<{ topic: string; last: string }>(
    'select topic, last_position::text as last from log.topics',
  );
  return new Map(rows.map((row) => [row.topic, BigInt(row.last)]));
}

export async function lagOf(db: Queryable, consumer: string): Promise<{ topic: string; events: number }[]> {
  return db.query(
    `select c.topic, greatest(0, t.last_position - c.next_position + 1)::float8 as events
     from log.consumed c join log.topics t using (topic) where c.consumer = $1 and c.partition = 0`,
    [consumer],
  );
}

/** Drops events older than `before` that every group of this database has handled; at most `limit` a call. */
export async function pruneEvents(db: Queryable, before: Date, limit: number): Promise<number> {
  const rows = await db.query<{ topic: string }>(
    `delete from log.events e using (
       select e.topic, e.position from log.events e
       where e.appended_at < $1 and e.position < (select min(c.next_position) from log.consumed c where c.topic = e.topic)
       order by e.topic, e.position limit $2
     ) d where d.topic = e.topic and d.position = e.position returning e.topic`,
    [before, limit],
  );
  return rows.length;
}

export async function lockConsumer(tx: Tx, consumer: string, topic: string): Promise<void> {
  await tx.query('select 1 from log.consumed where consumer = $1 and topic = $2 for update', [consumer, topic]);
}

/**
 * The way back from Kafka: what the app had not published yet continues in this log, in the order it was appended. What
 * Kafka already holds stays there: let `kairos_log_lag` reach 0 before KAFKA_BROKERS is taken away. Only the app's own
 * rows ('*' are of no app): one process started by mistake without brokers must not divert its neighbours' events.
 */
export async function takeBackOutbox(db: Queryable, app: string): Promise<void> {
  await db.query(
    `with gone as (delete from log.outbox where app in ($1, '*') returning id, topic, key, envelope),
     top as (
       update log.topics t set last_position = t.last_position + c.n
       from (select topic, count(*) as n from gone group by topic) c
       where t.topic = c.topic
       returning t.topic, t.last_position - c.n as base
     )
     insert into log.events (topic, position, event_id, type, key, envelope)
     select g.topic, top.base + row_number() over (partition by g.topic order by g.id),
            substring(g.envelope from '"id":"([^"]+)"')::uuid, substring(g.envelope from '"type":"([^"]+)"'),
            g.key, g.envelope
     from gone g join top using (topic)`,
    [app],
  );
}
