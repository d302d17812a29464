import type { Queryable, Tx } from '#database';
import { preview } from '#kernel';
import type { SetAsideMessage } from './correction.rules.js';

interface Row extends Omit<SetAsideMessage, 'preview' | 'answer'> {
  text: string;
  subject: string | null;
  answeredWith: string | null;
  answeredBy: string | null;
  answeredAt: Date | null;
}

const SELECT = `
  select m.id, m.conversation_id as "conversationId", m.seq, m.kind, m.automatic, m.courtesy, m.channel_id as "channelId",
         m.channel_kind as "channelKind", m.sla_kind as "slaKind", m.at, m.received_at as "receivedAt", m.subject,
         left(m.text, 2000) as text, r.id as "answeredWith", r.author_id as "answeredBy", r.at as "answeredAt"
  from messages m
  left join lateral (
    select r.id, r.author_id, r.at
    from messages r
    where r.conversation_id = m.conversation_id and r.seq > m.seq and r.kind = 'reply' and not r.automatic
      and r.author_id is not null and coalesce(r.delivery_state, '') <> 'failed'
    order by r.seq limit 1
  ) r on true`;

function fromRow({ text, subject, answeredWith, answeredBy, answeredAt, ...row }: Row): SetAsideMessage {
  const answer = answeredWith && { messageId: answeredWith, authorId: answeredBy!, at: answeredAt!.toISOString() };
  return { ...row, answer: answer || null, preview: preview(text) || preview(subject ?? '') };
}

export async function findSetAside(db: Queryable, id: string): Promise<SetAsideMessage | null> {
  const [row] = await db.query<Row>(`${SELECT} where m.id = $1`, [id]);
  return row ? fromRow(row) : null;
}

/** From now on it is a person's, and no closing thanks. */
export async function countMessage(tx: Tx, id: string): Promise<void> {
  await tx.query('update messages set automatic = false, courtesy = false where id = $1', [id]);
}

/**
 * The first message that a customer wrote since our last reply, when the conversation was last resolved as spam;
 * otherwise null.
 */
export async function firstTakenForSpam(tx: Tx, conversationId: string): Promise<SetAsideMessage | null> {
  const [row] = await tx.query<Row>(
    `${SELECT}
     where m.conversation_id = $1 and m.kind = 'inbound' and not m.automatic and not m.courtesy
       and m.seq > coalesce((select max(r.seq) from messages r
                             where r.conversation_id = $1 and r.kind = 'reply' and not r.automatic), 0)
       and 'spam' = (select l.system -> 'data' ->> 'reason' from messages l
                     where l.conversation_id = $1 and l.kind = 'system' and l.system ->> 'event' = 'resolved'
                     order by l.seq desc limit 1)
     order by m.seq limit 1`,
    [conversationId],
  );
  return row ? fromRow(row) : null;
}
