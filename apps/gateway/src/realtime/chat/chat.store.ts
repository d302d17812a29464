import type { Queryable, Tx } from '#database';
import type { ChatRow } from './chat-messages.rules.js';

export type NewChatRow = Omit<ChatRow, 'seq' | 'at'> & { at: string };

const COLUMNS = `m.id, m.channel_id as "channelId", m.visitor_id as "visitorId", m.seq, m.kind, m.text, m.attachments, m.at,
  m.client_id as "clientId", m.conversation_id as "conversationId", m.delivery_id as "deliveryId"`;

/**
 * Numbers and keeps what visitors may see, in the order given, in one statement; what is there already is left out of
 * the answer. The visitor's row is locked before a number is given, so numbers have no gaps.
 */
export async function addChatMessages(tx: Tx, rows: NewChatRow[]): Promise<ChatRow[]> {
  return tx.query<ChatRow>(
    `with fresh as (
       select g.*, row_number() over (partition by channel_id, visitor_id order by ord) as n
       from jsonb_to_recordset($1::jsonb) as g(ord int, id uuid, channel_id uuid, visitor_id uuid, kind text, text text,
            attachments jsonb, at timestamptz, client_id text, conversation_id uuid, delivery_id uuid)
       where not exists (select 1 from chat_messages m where m.id = g.id)
     ),
     counted as (
       insert into chat_visitors as v (channel_id, visitor_id, conversation_id, last_seq, created_at)
       select channel_id, visitor_id, (array_agg(conversation_id order by ord desc))[1], count(*), min(at)
       from fresh group by channel_id, visitor_id order by channel_id, visitor_id
       on conflict (channel_id, visitor_id) do update
         set last_seq = v.last_seq + excluded.last_seq, conversation_id = excluded.conversation_id
       returning channel_id, visitor_id, last_seq
     ),
     totals as (select channel_id, visitor_id, count(*) as n from fresh group by channel_id, visitor_id),
     added as (
       insert into chat_messages (channel_id, visitor_id, seq, id, kind, text, attachments, at, client_id, conversation_id, delivery_id)
       select f.channel_id, f.visitor_id, c.last_seq - t.n + f.n, f.id, f.kind, f.text, f.attachments, f.at, f.client_id,
              f.conversation_id, f.delivery_id
       from fresh f join counted c using (channel_id, visitor_id) join totals t using (channel_id, visitor_id)
       returning *
     )
     select ${COLUMNS} from added m order by m.channel_id, m.visitor_id, m.seq`,
    [
      JSON.stringify(
        rows.map((row, ord) => ({
          ord,
          id: row.id,
          channel_id: row.channelId,
          visitor_id: row.visitorId,
          kind: row.kind,
          text: row.text,
          attachments: row.attachments,
          at: row.at,
          client_id: row.clientId,
          conversation_id: row.conversationId,
          delivery_id: row.deliveryId,
        })),
      ),
    ],
  );
}

/** What visitors sent, as it was stored before it was threaded. @param keys the receipts' provider keys */
export function sentTexts(
  tx: Tx,
  keys: { channelId: string; providerKey: string }[],
): Promise<{ channelId: string; providerKey: string; raw: Buffer }[]> {
  return tx.query(
    `select r.channel_id as "channelId", r.provider_key as "providerKey", r.raw
     from unnest($1::uuid[], $2::text[]) as k(channel_id, provider_key) join receipts r using (channel_id, provider_key)`,
    [keys.map((key) => key.channelId), keys.map((key) => key.providerKey)],
  );
}

export async function visitorOf(
  db: Queryable,
  channelId: string,
  visitorId: string,
): Promise<{ conversationId: string | null; seq: number }> {
  const [row] = await db.query<{ conversationId: string | null; seq: number }>(
    `select conversation_id as "conversationId", last_seq as seq from chat_visitors where channel_id = $1 and visitor_id = $2`,
    [channelId, visitorId],
  );
  return row ?? { conversationId: null, seq: 0 };
}

export function messagesAfter(
  db: Queryable,
  visitor: { channelId: string; id: string },
  afterSeq: number,
  limit: number,
): Promise<ChatRow[]> {
  return db.query<ChatRow>(
    `select ${COLUMNS} from chat_messages m
     where m.channel_id = $1 and m.visitor_id = $2 and m.seq > $3 order by m.seq limit $4`,
    [visitor.channelId, visitor.id, afterSeq, limit],
  );
}

/** What visitors sent, by the ids their browsers gave; what is not kept yet is left out. */
export function messagesOfClients(
  db: Queryable,
  sent: { channelId: string; visitorId: string; clientId: string }[],
): Promise<{ channelId: string; visitorId: string; clientId: string; id: string; seq: number }[]> {
  return db.query(
    `select m.channel_id as "channelId", m.visitor_id as "visitorId", m.client_id as "clientId", m.id, m.seq
     from unnest($1::uuid[], $2::uuid[], $3::text[]) as s(channel_id, visitor_id, client_id)
     join chat_messages m using (channel_id, visitor_id, client_id) where m.client_id is not null`,
    [sent.map((one) => one.channelId), sent.map((one) => one.visitorId), sent.map((one) => one.clientId)],
  );
}

/** Of these visitors, the ones for whom there is more than they were told. */
export function behind(
  db: Queryable,
  visitors: { channelId: string; id: string; told: number }[],
): Promise<{ channelId: string; id: string }[]> {
  return db.query(
    `select v.channel_id as "channelId", v.visitor_id as id
     from unnest($1::uuid[], $2::uuid[], $3::int[]) as t(channel_id, visitor_id, told)
     join chat_visitors v using (channel_id, visitor_id) where v.last_seq > t.told`,
    [
      visitors.map((visitor) => visitor.channelId),
      visitors.map((visitor) => visitor.id),
      visitors.map((visitor) => visitor.told),
    ],
  );
}

/** The visitor's browser has every reply up to this number; answers those that it is news of. */
export function markDelivered(
  tx: Tx,
  visitor: { channelId: string; id: string },
  upToSeq: number,
  at: Date,
): Promise<ChatRow[]> {
  return tx.query<ChatRow>(
    `update chat_messages m set delivered_at = $4::timestamptz
     where m.channel_id = $1 and m.visitor_id = $2 and m.seq <= $3 and m.kind = 'reply' and m.delivered_at is null
     returning ${COLUMNS}`,
    [visitor.channelId, visitor.id, upToSeq, at],
  );
}

/** True the first time. */
export async function spendProof(
  db: Queryable,
  proof: { channelId: string; proofId: string; expiresAt: Date },
  now: Date,
): Promise<boolean> {
  const rows = await db.query(
    `with old as (delete from chat_proofs where expires_at < $4::timestamptz)
     insert into chat_proofs (channel_id, proof_id, expires_at) values ($1, $2, $3)
     on conflict do nothing returning proof_id`,
    [proof.channelId, proof.proofId, proof.expiresAt, now],
  );
  return rows.length > 0;
}
