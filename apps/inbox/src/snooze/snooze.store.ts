import type { Queryable, Tx } from '#database';

/** Snoozed conversations whose instant has come, locked; those that another process wakes are left to it. */
export async function lockDueSnoozes(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from conversations where status = 'snoozed' and snoozed_until <= $1::timestamptz
     order by snoozed_until limit $2 for update skip locked`,
    [now, limit],
  );
  return rows.map((row) => row.id);
}

export async function nextSnooze(db: Queryable): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    `select min(snoozed_until) as at from conversations where status = 'snoozed' and snoozed_until is not null`,
  );
  return row!.at;
}
