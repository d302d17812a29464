import { type LastStatement, packed, type Queryable, type Tx, unpacked } from '#database';
import type { Pending } from '../pending.js';

/** What the transaction must know before it handles events of several partitions, in one statement. */
export interface Examined {
  /** Where the group stands by the database's account; the broker's is only a hint. */
  next: Map<number, bigint>;
  handled: Set<string>;
  parkedKeys: Set<string>;
}

export interface GroupOnTopic {
  consumer: string;
  cluster: string;
  topic: string;
}

/**
 * Also limits how long this transaction may stand idle: a member that was stopped in the middle (SIGSTOP, a sleeping
 * laptop) must not keep its row locks for ever while its partitions have long been given to another.
 */
export async function examine(
  tx: Tx,
  group: GroupOnTopic,
  partitions: number[],
  events: { ids: string[]; keys: string[]; idleLimitMs: number },
): Promise<Examined> {
  const [row] = await tx.query<{ next: [number, string][]; handled: string[]; parked: string[] }>(
    `select coalesce((select json_agg(json_build_array(o.partition, o.next_offset::text)) from log.offsets o
                      where o.consumer = $1 and o.cluster = $2 and o.topic = $3 and o.partition = any($4::int[])), '[]') as next,
            array(select h.event_id::text from log.handled h
                  where h.consumer = $1 and h.event_id = any($5::uuid[])) as handled,
            array(select distinct p.key from log.parked p
                  where p.consumer = $1 and p.topic = $3 and p.key = any($6::text[])) as parked,
            set_config('idle_in_transaction_session_timeout', $7, true)`,
    [group.consumer, group.cluster, group.topic, partitions, events.ids, events.keys, String(events.idleLimitMs)],
  );
  return {
    next: new Map(row!.next.map(([partition, next]) => [partition, BigInt(next)])),
    handled: new Set(row!.handled),
    parkedKeys: new Set(row!.parked),
  };
}

/**
 * Appends the transaction's events to the outbox, moves its partitions' offsets and notes the handled ids, in one
 * statement. Ids come from a sequence without cache, while the rows that own the keys are locked: order per key.
 * Answers the partitions that stood where they were believed to stand; a missing one has been taken by another member.
 */
export function writingOf(app: string, cluster: string, pending: Pending): LastStatement {
  const moves = pending.moved?.moves ?? [];
  const { bytes, starts, lengths } = packed(pending.envelopes);
  return {
    sql: `with moved as (
       update log.offsets o set next_offset = m.upto, updated_at = clock_timestamp()
       from unnest($4::int[], $5::bigint[], $6::bigint[]) as m(partition, expected, upto)
       where o.consumer = $1 and o.cluster = $2 and o.topic = $3 and o.partition = m.partition and o.next_offset = m.expected
       returning o.partition
     ),
     noted as (
       insert into log.handled (consumer, event_id) select $1, id from unnest($7::uuid[]) as n(id) order by id
       on conflict do nothing
     ),
     appended as (
       insert into log.outbox (app, lane, topic, key, envelope)
       select $8, hashtext(n.key) & 7, n.topic, n.key, convert_from(${unpacked(11, 'n')}, 'UTF8')
       from unnest($9::text[], $10::text[], $12::int[], $13::int[]) with ordinality as n(topic, key, start, length, ord)
       order by n.ord
     )
     select array(select partition from moved) as partitions`,
    parameters: [
      pending.moved?.consumer ?? '',
      cluster,
      pending.moved?.topic ?? '',
      moves.map((move) => move.partition),
      moves.map((move) => String(move.from)),
      moves.map((move) => String(move.to)),
      pending.moved?.eventIds ?? [],
      app,
      pending.topics,
      pending.keys,
      bytes,
      starts,
      lengths,
    ],
  };
}

export async function writePending(tx: Tx, app: string, cluster: string, pending: Pending): Promise<number[]> {
  const { sql, parameters } = writingOf(app, cluster, pending);
  const [row] = await tx.query<{ partitions: number[] }>(sql, parameters);
  return row!.partitions;
}

/** Where the group stands on these partitions; what it has never read begins at the first offset that is kept. */
export async function offsetsOf(
  db: Queryable,
  group: GroupOnTopic,
  lows: { partition: number; low: bigint }[],
): Promise<Map<number, bigint>> {
  const rows = await db.query<{ partition: number; next: string }>(
    `with fresh as (
       insert into log.offsets (consumer, cluster, topic, partition, next_offset)
       select $1, $2, $3, n.partition, n.low from unnest($4::int[], $5::bigint[]) as n(partition, low)
       on conflict do nothing returning partition, next_offset
     )
     select partition, next_offset::text as next from fresh
     union all
     select o.partition, o.next_offset::text from log.offsets o
     where o.consumer = $1 and o.cluster = $2 and o.topic = $3 and o.partition = any($4::int[])`,
    [
      group.consumer,
      group.cluster,
      group.topic,
      lows.map((entry) => entry.partition),
      lows.map((entry) => String(entry.low)),
    ],
  );
  return new Map(rows.map((row) => [row.partition, BigInt(row.next)]));
}

/** Only for offsets that the broker no longer has, or does not have yet. */
export async function moveOffset(
  db: Queryable,
  group: GroupOnTopic,
  move: { partition: number; from: bigint; to: bigint },
): Promise<void> {
  await db.query(
    `update log.offsets set next_offset = $6, updated_at = clock_timestamp()
     where consumer = $1 and cluster = $2 and topic = $3 and partition = $4 and next_offset = $5`,
    [group.consumer, group.cluster, group.topic, move.partition, String(move.from), String(move.to)],
  );
}

export async function offsetsByTopic(
  db: Queryable,
  consumer: string,
  cluster: string,
): Promise<{ topic: string; partition: number; next: string }[]> {
  return db.query(
    'select topic, partition, next_offset::text as next from log.offsets where consumer = $1 and cluster = $2',
    [consumer, cluster],
  );
}

/** Keeps consumers of the topic from queueing behind a parked key; they take the same lock shared (`lockHolding`). */
export async function lockReplay(tx: Tx, consumer: string, topic: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(718106, hashtext($1))', [`${consumer} ${topic}`]);
}

export async function lockHolding(tx: Tx, consumer: string, topic: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock_shared(718106, hashtext($1))', [`${consumer} ${topic}`]);
}

/** Forgets handled ids older than `before`; at most `limit` a call. */
export async function pruneHandled(db: Queryable, consumer: string, before: Date, limit: number): Promise<number> {
  const rows = await db.query(
    `delete from log.handled where ctid = any(array(
       select ctid from log.handled where consumer = $1 and handled_at < $2 limit $3)) returning 1 as gone`,
    [consumer, before, limit],
  );
  return rows.length;
}
