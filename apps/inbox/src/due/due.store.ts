import type { DueView } from '#contracts';
import type { LastStatement, Tx } from '#database';

export interface Told {
  conversationId: string;
  due: DueView | null;
  /** When sla said so. */
  at: string;
}

/** Locks in id order before it updates, like everybody else. An older word never replaces a newer one. */
export const savingDue = (told: Told[]): LastStatement => ({
  sql: `with n as (
       select * from jsonb_to_recordset($1::jsonb) as n("conversationId" uuid, due jsonb, at timestamptz)
     ),
     locked as (
       select c.id from conversations c where c.id in (select "conversationId" from n) order by c.id for update
     )
     update conversations c
     set due = nullif(n.due, 'null'), due_told_at = n.at,
         due_at = coalesce((n.due ->> 'dueAt')::timestamptz, 'infinity')
     from n join locked on locked.id = n."conversationId"
     where c.id = n."conversationId" and (c.due_told_at is null or c.due_told_at <= n.at)`,
  parameters: [JSON.stringify(told)],
});

/** Of these, the ones that sleep. */
export async function findSnoozed(tx: Tx, ids: string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from conversations where id = any($1::uuid[]) and status = 'snoozed'`,
    [ids],
  );
  return rows.map((row) => row.id);
}
