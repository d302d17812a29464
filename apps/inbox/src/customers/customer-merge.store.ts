import type { Tx } from '#database';
import { newId } from '#kernel';

/** All conversations of these customers, locked in id order. */
export async function lockConversationsOf(tx: Tx, customerIds: string[]): Promise<void> {
  await tx.query('select id from conversations where customer_id = any($1::uuid[]) order by id for update', [
    customerIds,
  ]);
}

export async function insertCustomerLink(
  tx: Tx,
  link: { fromId: string; intoId: string; byId: string },
  now: Date,
): Promise<void> {
  await tx.query(`insert into customer_links (id, from_id, into_id, by_id, at) values ($1, $2, $3, $4, $5)`, [
    newId(),
    link.fromId,
    link.intoId,
    link.byId,
    now,
  ]);
}

/** Everybody who stood for the one stands for the other from now on. */
export async function pointCustomersOn(tx: Tx, fromId: string, intoId: string): Promise<void> {
  await tx.query('update customers set living_id = $2 where living_id = $1', [fromId, intoId]);
}

/**
 * The one's conversations are shown with the other; `home_customer_id` remembers whose they are. Where both sides have an
 * open one, the merged side's is set apart: one open per customer holds, and each keeps its own wait.
 */
export async function moveConversationsOn(tx: Tx, fromId: string, intoId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `update conversations c set customer_id = $2,
       apart = case when c.apart is null and exists (
                 select 1 from conversations o where o.customer_id = $2 and (o.status <> 'resolved' and o.apart is null)
               ) then 'merge' else c.apart end
     where c.customer_id = $1 returning c.id`,
    [fromId, intoId],
  );
  return rows.map((row) => row.id);
}

/** Ends the live link; answers into whom it was, or null. */
export async function endCustomerLink(tx: Tx, fromId: string, now: Date): Promise<string | null> {
  const rows = await tx.query<{ intoId: string }>(
    `update customer_links set ended_at = $2 where from_id = $1 and ended_at is null returning into_id as "intoId"`,
    [fromId, now],
  );
  return rows[0]?.intoId ?? null;
}

/** The customer and all who were merged into it stand for themselves again; their own conversations go with them. */
export async function takeBack(tx: Tx, customerId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `with recursive side as (
       select $1::uuid as id
       union
       select l.from_id from customer_links l join side s on l.into_id = s.id where l.ended_at is null
     ),
     people as (update customers set living_id = $1 where id in (select id from side))
     update conversations set customer_id = $1 where home_customer_id in (select id from side) returning id`,
    [customerId],
  );
  return rows.map((row) => row.id);
}

/** What the merge had set apart is the customer's ordinary conversation again, unless another one is open by now. */
export async function rejoin(tx: Tx, customerId: string): Promise<void> {
  await tx.query(
    `update conversations set apart = null
     where customer_id = $1 and apart = 'merge' and (status = 'resolved' or id = (
       select c.id from conversations c
       where c.customer_id = $1 and c.apart = 'merge' and c.status <> 'resolved'
         and not exists (
           select 1 from conversations o where o.customer_id = $1 and o.apart is null and o.status <> 'resolved')
       order by c.last_message_at desc limit 1))`,
    [customerId],
  );
}
