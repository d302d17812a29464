import type { Queryable, Tx } from '#database';

export interface ToRead {
  id: string;
  channelId: string;
  sender: string;
}

/** What was stored and not yet read, oldest first, leaving out what is in hand. */
export function nextToRead(db: Queryable, inHand: string[], limit: number): Promise<ToRead[]> {
  return db.query<ToRead>(
    `select id, channel_id as "channelId", sender from receipts
     where state = 'stored' and id <> all($1::uuid[]) order by id limit $2`,
    [inHand, limit],
  );
}

export interface Finished {
  id: string;
  state: 'published' | 'unreadable';
  error: string | null;
}

/** Answers the ids that were still to be read: another process may have been faster. */
export async function finishReceipts(tx: Tx, finished: Finished[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `update receipts r set state = f.state, error = f.error
     from unnest($1::uuid[], $2::text[], $3::text[]) as f(id, state, error)
     where r.id = f.id and r.state = 'stored'
     returning r.id`,
    [finished.map((one) => one.id), finished.map((one) => one.state), finished.map((one) => one.error)],
  );
  return new Set(rows.map((row) => row.id));
}

/** Of these items of bundles, the ones that their receipt was the first to bring. */
export async function firstBrought(
  tx: Tx,
  items: { channelId: string; key: string; receiptId: string }[],
): Promise<Set<string>> {
  const rows = await tx.query<{ key: string }>(
    `select a.receipt_id || ' ' || a.item_key as key
     from unnest($1::uuid[], $2::text[], $3::uuid[]) as i(channel_id, item_key, receipt_id)
     join arrivals a using (channel_id, item_key, receipt_id)`,
    [items.map((item) => item.channelId), items.map((item) => item.key), items.map((item) => item.receiptId)],
  );
  return new Set(rows.map((row) => row.key));
}

export interface Lease {
  name: string;
  holder: string;
  now: Date;
  until: Date;
}

/** True when the holder may work until then: the lease was its own, free, or had run out. */
export async function holdLease(db: Queryable, { name, holder, now, until }: Lease): Promise<boolean> {
  const rows = await db.query(
    `insert into worker_leases as l (name, holder, held_until) values ($1, $2, $4::timestamptz)
     on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
     where l.holder = excluded.holder or l.held_until < $3::timestamptz
     returning name`,
    [name, holder, now, until],
  );
  return rows.length > 0;
}

export async function releaseLease(db: Queryable, name: string, holder: string): Promise<void> {
  await db.query('delete from worker_leases where name = $1 and holder = $2', [name, holder]);
}
