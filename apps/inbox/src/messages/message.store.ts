import type { AttachmentRef, ChannelKind, DeliveryState, MessageKind } from '#contracts';
import type { Queryable } from '#database';
import type { StoredMail } from '../threading/picture.rules.js';

export interface MessageRow {
  id: string;
  conversationId: string;
  seq: number;
  kind: MessageKind;
  automatic: boolean;
  courtesy: boolean;
  channelId: string | null;
  channelKind: ChannelKind | null;
  fromAddress: string;
  fromName: string | null;
  recipients: { address: string; name: string | null }[];
  copies: { address: string; name: string | null }[];
  subject: string | null;
  text: string;
  html: string | null;
  attachments: AttachmentRef[];
  at: Date;
  receivedAt: Date;
  externalId: string | null;
  receiptId: string | null;
  mail: StoredMail | null;
  parseProblem: string | null;
  clientId: string | null;
  authorId: string | null;
  deliveryState: DeliveryState | null;
  deliveryReason: string | null;
  providerId: string | null;
  system: { event: string; data: Record<string, unknown> } | null;
}

const COLUMNS = `
  m.id, m.conversation_id as "conversationId", m.seq, m.kind, m.automatic, m.courtesy, m.channel_id as "channelId",
  m.channel_kind as "channelKind", m.from_address as "fromAddress", m.from_name as "fromName", m.recipients, m.copies,
  m.subject, m.text, m.html, m.attachments, m.at, m.received_at as "receivedAt", m.external_id as "externalId",
  m.receipt_id as "receiptId", m.mail, m.parse_problem as "parseProblem", m.client_id as "clientId",
  m.author_id as "authorId", m.delivery_state as "deliveryState", m.delivery_reason as "deliveryReason",
  m.provider_id as "providerId", m.system`;

/** Messages of a conversation between two numbers (both exclusive), oldest first; with `fromEnd` the last ones. */
export async function listMessages(
  db: Queryable,
  conversationId: string,
  range: { afterSeq: number; beforeSeq: number; limit: number; fromEnd: boolean },
): Promise<MessageRow[]> {
  const rows = await db.query<MessageRow>(
    `select ${COLUMNS} from messages m
     where m.conversation_id = $1 and m.seq > $2 and m.seq < $3 order by m.seq ${range.fromEnd ? 'desc' : 'asc'} limit $4`,
    [conversationId, range.afterSeq, range.beforeSeq, range.limit],
  );
  return range.fromEnd ? rows.reverse() : rows;
}

/** What was written publicly after `seq`: what the author of a reply has not seen. */
export async function listPublicAfter(db: Queryable, conversationId: string, seq: number): Promise<MessageRow[]> {
  return db.query<MessageRow>(
    `select ${COLUMNS} from messages m
     where m.conversation_id = $1 and m.seq > $2 and m.kind in ('inbound', 'reply') order by m.seq limit 200`,
    [conversationId, seq],
  );
}

export async function findMessage(db: Queryable, id: string): Promise<MessageRow | null> {
  const [row] = await db.query<MessageRow>(`select ${COLUMNS} from messages m where m.id = $1`, [id]);
  return row ?? null;
}

export async function findByClientId(
  db: Queryable,
  conversationId: string,
  clientId: string,
): Promise<MessageRow | null> {
  const [row] = await db.query<MessageRow>(
    `select ${COLUMNS} from messages m
     where m.conversation_id = $1 and m.client_id = $2 and m.kind in ('reply', 'note')`,
    [conversationId, clientId],
  );
  return row ?? null;
}

/** The conversations that hold this attachment, and how it is called there. */
export async function findAttachment(
  db: Queryable,
  id: string,
): Promise<{ conversationId: string; attachments: AttachmentRef[] }[]> {
  return db.query(
    `select m.conversation_id as "conversationId", m.attachments
     from message_attachments a join messages m on m.id = a.message_id where a.attachment_id = $1`,
    [id],
  );
}
