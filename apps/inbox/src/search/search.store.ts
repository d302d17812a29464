import type { Tx } from '#database';
import { searchBody } from './search.rules.js';

/** Moves messages from the queue into the index; answers how many. */
export async function indexSome(tx: Tx, limit: number): Promise<number> {
  const rows = await tx.query<{
    id: string;
    conversationId: string;
    subject: string | null;
    text: string;
    fromName: string | null;
    fromAddress: string;
  }>(
    `with taken as (
       delete from search_pending where message_id in (
         select message_id from search_pending order by message_id limit $1 for update skip locked
       ) returning message_id
     )
     select m.id, m.conversation_id as "conversationId", m.subject, m.text, m.from_name as "fromName",
            m.from_address as "fromAddress"
     from taken join messages m on m.id = taken.message_id`,
    [limit],
  );
  if (rows.length === 0) return 0;
  await tx.query(
    `insert into search_entries (id, conversation_id, body)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[]) on conflict do nothing`,
    [
      rows.map((row) => row.id),
      rows.map((row) => row.conversationId),
      rows.map((row) => searchBody(row.fromName, row.fromAddress, row.subject, row.text)),
    ],
  );
  return rows.length;
}
