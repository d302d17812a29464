import type { ParkedView } from '#contracts';
import type { Queryable, Tx } from '#database';
import { newId } from '#kernel';

export interface ParkedRow {
  id: string;
  topic: string;
  key: string;
  envelope: string;
}

export interface ToPark {
  consumer: string;
  topic: string;
  key: string;
  eventId: string | null;
  type: string;
  envelope: string;
}

/** Parks the poisonous event itself; later ones of its key queue behind it from now on. */
export async function park(tx: Tx, event: ToPark, error: string, now: Date): Promise<void> {
  await tx.query(
    `insert into log.parked (id, consumer, topic, key, event_id, type, envelope, error, first_seen_at, last_seen_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
    [
      newId(),
      event.consumer,
      event.topic,
      event.key,
      event.eventId,
      event.type,
      event.envelope,
      error.slice(0, 2000),
      now,
    ],
  );
}

/**
 * Queues sound events behind their parked key. Answers how many were queued: fewer than given means that the key was
 * replayed meanwhile and the batch must run again.
 */
export async function hold(tx: Tx, events: ToPark[], now: Date): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    `insert into log.parked (id, consumer, topic, key, event_id, type, envelope, error, first_seen_at, last_seen_at)
     select n.id, n.consumer, n.topic, n.key, n.event_id, n.type, n.envelope, null, $8, $8
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[])
       as n(id, consumer, topic, key, event_id, type, envelope)
     where exists (select 1 from log.parked p where p.consumer = n.consumer and p.topic = n.topic and p.key = n.key)
     returning id`,
    [
      events.map(() => newId()),
      events.map((e) => e.consumer),
      events.map((e) => e.topic),
      events.map((e) => e.key),
      events.map((e) => e.eventId),
      events.map((e) => e.type),
      events.map((e) => e.envelope),
      now,
    ],
  );
  return rows.length;
}

/** The whole queue of the parked event's key, in order, locked. Empty when the id is unknown. */
export async function loadQueue(tx: Tx, parkedId: string): Promise<ParkedRow[]> {
  return tx.query<ParkedRow>(
    `select q.id, q.topic, q.key, q.envelope
     from log.parked p join log.parked q using (consumer, topic, key)
     where p.id = $1 order by q.id for update of q`,
    [parkedId],
  );
}

export async function removeParked(tx: Tx, ids: string[]): Promise<void> {
  await tx.query('delete from log.parked where id = any($1::uuid[])', [ids]);
}

export async function countAttempt(db: Queryable, parkedId: string, error: string, now: Date): Promise<void> {
  await db.query('update log.parked set attempts = attempts + 1, error = $2, last_seen_at = $3 where id = $1', [
    parkedId,
    error.slice(0, 2000),
    now,
  ]);
}

/** What stands at the head of each parked key; those queued behind are counted. */
export async function listParked(db: Queryable, consumer: string): Promise<ParkedView[]> {
  const rows = await db.query<ParkedView & { firstSeenAt: Date; lastSeenAt: Date }>(
    `select p.id, p.consumer as app, p.topic, p.key, p.type, coalesce(p.event_id::text, '') as "eventId", p.error, p.attempts,
            p.first_seen_at as "firstSeenAt", p.last_seen_at as "lastSeenAt",
            (select count(*)::int from log.parked b where b.consumer = p.consumer and b.topic = p.topic and b.key = p.key and b.error is null)
              as "waitingBehind"
     from log.parked p where p.consumer = $1 and p.error is not null order by p.id limit 1000`,
    [consumer],
  );
  return rows.map((row) => ({
    ...row,
    firstSeenAt: (row.firstSeenAt as unknown as Date).toISOString(),
    lastSeenAt: (row.lastSeenAt as unknown as Date).toISOString(),
  }));
}
