import type { Queryable, Tx } from '#database';

export interface OutboxRow {
  id: string;
  topic: string;
  key: string;
  envelope: string;
}

/** Rows that came from the Postgres log belong to no app; every relay publishes them before its own. */
export const CARRIED = '*';

export interface HeldLanes {
  app: string;
  lanes: number[];
}

/**
 * Takes lanes that have something to publish and that no other relay holds, until the transaction ends; the one with
 * the oldest row first, half of the eight at most, so that a second process of the app finds work as well.
 * While carried rows are left, own ones wait: they are older.
 */
export async function holdLanes(tx: Tx, app: string): Promise<HeldLanes> {
  const rows = await tx.query<{ app: string; lane: number }>(
    `with source as (
       select case when exists (select 1 from log.outbox where app = $2) then $2 else $1 end as app
     ),
     heads as materialized (
       select s.app, l.lane, h.id
       from source s cross join generate_series(0, 7) as l(lane)
       cross join lateral (
         select id from log.outbox o where o.app = s.app and o.lane = l.lane order by id limit 1
       ) h
       order by h.id
     )
     select app, lane, set_config('idle_in_transaction_session_timeout', '60000', true)
     from heads where pg_try_advisory_xact_lock(718105, hashtext(app || ' ' || lane)) limit 4`,
    [app, CARRIED],
  );
  return { app: rows[0]?.app ?? app, lanes: rows.map((row) => row.lane) };
}

/** The oldest rows of the held lanes, in order of id; about 2 MB a lane at most, and always one. */
export async function nextRows(tx: Tx, held: HeldLanes, perLane: number): Promise<OutboxRow[]> {
  return tx.query<OutboxRow>(
    `select r.id::text as id, r.topic, r.key, r.envelope
     from unnest($2::int[]) as l(lane) cross join lateral (
       select w.* from (
         select o.id, o.topic, o.key, o.envelope,
                sum(pg_column_size(o.envelope)) over (order by o.id rows unbounded preceding) - pg_column_size(o.envelope) as before
         from (select * from log.outbox where app = $1 and lane = l.lane order by id limit $3) o
       ) w where w.before < 2000000
     ) r order by r.id`,
    [held.app, held.lanes, perLane],
  );
}

export async function removeRows(tx: Tx, ids: string[]): Promise<void> {
  await tx.query('delete from log.outbox where id = any($1::bigint[])', [ids]);
}

export async function hasRows(db: Queryable, app: string): Promise<boolean> {
  return (await db.query('select 1 from log.outbox where app in ($1, $2) limit 1', [app, CARRIED])).length > 0;
}

/** What waits to be published: by topic, and whether it is this app's (or carried) to publish. */
export async function waitingRows(
  db: Queryable,
  app: string,
): Promise<{ topic: string; events: number; own: boolean }[]> {
  return db.query(
    `select topic, count(*)::float8 as events, bool_or(app in ($1, $2)) as own from log.outbox group by topic`,
    [app, CARRIED],
  );
}
