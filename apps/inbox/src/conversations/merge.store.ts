import type { ConversationStatus } from '#contracts';
import type { Tx } from '#database';
import { newId } from '#kernel';
import type { MessageFigure } from './split.rules.js';

export interface LinkToKeep {
  kind: 'merged' | 'split';
  fromId: string;
  toId: string;
  byId: string;
  formerStatus: ConversationStatus | null;
}

export async function insertLink(tx: Tx, link: LinkToKeep, now: Date): Promise<void> {
  await tx.query(
    `insert into conversation_links (id, kind, from_id, to_id, at, by_id, former_status)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [newId(), link.kind, link.fromId, link.toId, now, link.byId, link.formerStatus],
  );
}

/** What was merged into the one follows it into the other. */
export async function pointOn(tx: Tx, fromId: string, intoId: string): Promise<void> {
  await tx.query('update conversations set merged_into_id = $2 where merged_into_id = $1', [fromId, intoId]);
}

/** Ends the live merge of a conversation; answers its status before, or null when there is none. */
export async function endMerge(tx: Tx, fromId: string, now: Date): Promise<ConversationStatus | null> {
  const rows = await tx.query<{ former: ConversationStatus }>(
    `update conversation_links set ended_at = $2 where kind = 'merged' and from_id = $1 and ended_at is null
     returning former_status as former`,
    [fromId, now],
  );
  return rows[0]?.former ?? null;
}

/** What had been merged into it before comes back with it. */
export async function pointBack(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `with recursive below as (
       select from_id from conversation_links where kind = 'merged' and to_id = $1 and ended_at is null
       union
       select l.from_id from conversation_links l join below b on l.to_id = b.from_id
       where l.kind = 'merged' and l.ended_at is null
     )
     update conversations set merged_into_id = $1 where id in (select from_id from below)`,
    [id],
  );
}

export async function hasOtherOpen(tx: Tx, customerId: string, id: string): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from conversations where customer_id = $1 and id <> $2 and status <> 'resolved' and apart is null limit 1`,
    [customerId, id],
  );
  return rows.length > 0;
}

export async function listFigures(tx: Tx, conversationId: string): Promise<MessageFigure[]> {
  return tx.query<MessageFigure>(
    `select m.id, m.seq, m.kind, m.automatic, m.courtesy, m.channel_id as "channelId", m.channel_kind as "channelKind",
            coalesce(k.team_ids, '{}') as "channelTeamIds", m.subject, left(m.text, 2000) as text, m.received_at as at
     from messages m left join channels k on k.id = m.channel_id where m.conversation_id = $1 order by m.seq`,
    [conversationId],
  );
}

export async function moveMessages(tx: Tx, toId: string, moved: { messageId: string; seq: number }[]): Promise<void> {
  await tx.query(
    `with n as (select * from unnest($2::uuid[], $3::int[]) as n(id, seq)),
     entries as (update search_entries e set conversation_id = $1 from n where e.id = n.id)
     update messages m set conversation_id = $1, seq = n.seq from n where m.id = n.id`,
    [toId, moved.map((one) => one.messageId), moved.map((one) => one.seq)],
  );
}
