import type { Tx } from '#database';
import { MAX_BODY, searchBody } from './search.rules.js';

/**
 * Moves up to `limit` messages from the queue into the index, the oldest first; answers how many, and the last one.
 * @param after where to begin; null: at the beginning
 */
export async function indexSome(
  tx: Tx,
  limit: number,
  after: string | null,
): Promise<{ count: number; last: string | null }> {
  const rows = await tx.query<{
    id: string;
    conversationId: string;
    subject: string | null;
    text: string;
    fromName: string | null;
    fromAddress: string;
  }>(TAKE, [limit, after ?? BEGINNING]);
  if (rows.length === 0) return { count: 0, last: null };
  await tx.query(
    `insert into search_entries (id, conversation_id, body)
     select * from unnest($1::uuid[], $2::uuid[], $3::text[]) on conflict do nothing`,
    [
      rows.map((row) => row.id),
      rows.map((row) => row.conversationId),
      rows.map((row) => searchBody(row.fromName, row.fromAddress, row.subject, row.text)),
    ],
  );
  return { count: rows.length, last: rows.reduce((last, { id }) => (id > last ? id : last), BEGINNING) };
}

const BEGINNING = '00000000-0000-0000-0000-000000000000';

/** By an array: a plan for any limit would go through the whole queue for those few. */
const TAKE = `
  with taken as (
    delete from search_pending where message_id = any(array(
      select message_id from search_pending where message_id > $2::uuid order by message_id limit $1 for update skip locked
    )) returning message_id
  )
  select m.id, m.conversation_id as "conversationId", left(m.subject, ${MAX_BODY}) as subject, left(m.text, ${MAX_BODY}) as text,
         m.from_name as "fromName", m.from_address as "fromAddress"
  from taken join messages m on m.id = taken.message_id`;
