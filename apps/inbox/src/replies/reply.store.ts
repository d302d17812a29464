import type { AttachmentRef, ChannelKind } from '#contracts';
import { type Queryable, toJson, type Tx } from '#database';
import type { Outlet, Reach, Recipient } from './recipients.rules.js';

/** The channel to write on, unless it was removed. */
export async function findOutlet(db: Queryable, channelId: string): Promise<Outlet | null> {
  const [row] = await db.query<Outlet>(
    `select id, kind, sla_kind as "slaKind", name, address, display_name as "displayName", team_ids as "teamIds"
     from channels where id = $1 and not removed`,
    [channelId],
  );
  return row ?? null;
}

const POINT_KIND: Record<ChannelKind, string> = {
  email: 'email',
  sms: 'phone',
  messenger: 'messenger',
  webchat: 'webchat',
  custom: 'custom',
};

/** How this channel reaches the customer of a conversation: by the address written from last, first. */
export async function loadReach(
  db: Queryable,
  conversation: { id: string; customerId: string },
  outlet: Outlet,
): Promise<Reach> {
  const points = await db.query<Reach['points'][number]>(
    `select p.kind, p.address, coalesce(p.name, case when c.named then c.display_name end) as name
     from customers c join contact_points p on p.customer_id = c.id
     left join lateral (
       select m.seq from messages m where m.conversation_id = $1 and m.contact_point_id = p.id order by m.seq desc limit 1
     ) last on true
     where c.living_id = $2 and p.kind = $3 and p.scope in ('', $4::text)
     order by last.seq desc nulls last, p.id`,
    [conversation.id, conversation.customerId, POINT_KIND[outlet.kind], outlet.id],
  );
  if (outlet.kind !== 'email') return { points, lastMail: null, ownAddresses: [] };
  const [row] = await db.query<{ lastMail: Reach['lastMail']; ownAddresses: string[] }>(
    `select (
       select jsonb_build_object('from', jsonb_build_object('address', p.address, 'name', m.from_name),
                                 'copies', m.copies, 'subject', m.subject, 'mail', m.mail)
       from messages m join contact_points p on p.id = m.contact_point_id
       where m.conversation_id = $1 and m.kind = 'inbound' and m.mail is not null and not m.automatic
       order by (m.channel_id = $2) desc, m.seq desc limit 1
     ) as "lastMail",
     array(select lower(address) from channels where kind = 'email') as "ownAddresses"`,
    [conversation.id, outlet.id],
  );
  return { points, lastMail: row!.lastMail, ownAddresses: row!.ownAddresses };
}

/** One token a conversation and channel; the first one made stays. */
export async function keepToken(
  tx: Tx,
  { token, conversationId, channelId, now }: { token: string; conversationId: string; channelId: string; now: Date },
): Promise<string> {
  const [row] = await tx.query<{ token: string }>(
    `insert into reply_tokens as t (token, conversation_id, channel_id, created_at) values ($1, $2, $3, $4)
     on conflict (conversation_id, channel_id) do update set created_at = t.created_at returning token`,
    [token, conversationId, channelId, now],
  );
  return row!.token;
}

export interface NewOwnMessage {
  id: string;
  conversationId: string;
  seq: number;
  kind: 'reply' | 'note';
  channelId: string | null;
  channelKind: ChannelKind | null;
  slaKind: string | null;
  fromAddress: string;
  fromName: string | null;
  recipients: Recipient[];
  copies: Recipient[];
  subject: string | null;
  text: string;
  html: string | null;
  attachments: AttachmentRef[];
  at: Date;
  clientId: string;
  authorId: string;
  deliveryId: string | null;
  deliveryState: 'queued' | null;
  /** Message-ID of a mail. */
  header: string | null;
}

export async function insertOwnMessage(tx: Tx, message: NewOwnMessage): Promise<void> {
  await tx.query(
    `with n as (
       select * from jsonb_to_recordset($1::jsonb) as n(id uuid, "conversationId" uuid, seq int, kind text,
         "channelId" uuid, "channelKind" text, "slaKind" text, "fromAddress" text, "fromName" text, recipients jsonb,
         copies jsonb, subject text, text text, html text, attachments jsonb, at timestamptz, "clientId" text,
         "authorId" uuid, "deliveryId" uuid, "deliveryState" text, header text)
     ),
     made as (
       insert into messages (id, conversation_id, seq, kind, channel_id, channel_kind, sla_kind, from_address, from_name,
         recipients, copies, subject, text, html, attachments, at, received_at, client_id, author_id, delivery_id,
         delivery_state)
       select id, "conversationId", seq, kind, "channelId", "channelKind", "slaKind", "fromAddress", "fromName",
         recipients, copies, subject, text, html, attachments, at, at, "clientId", "authorId", "deliveryId",
         "deliveryState" from n
     ),
     files as (
       insert into message_attachments (attachment_id, message_id)
       select f ->> 'id', n.id from n cross join jsonb_array_elements(n.attachments) f on conflict do nothing
     ),
     named as (insert into sent_mail_ids (header, message_id) select header, id from n where header is not null)
     insert into search_pending (message_id) select id from n`,
    [toJson([message])],
  );
}

export interface UploadRow {
  id: string;
  personId: string;
  name: string;
  contentType: string;
  size: number;
  sha256: string;
}

export async function insertUpload(db: Queryable, upload: UploadRow, now: Date): Promise<void> {
  await db.query(
    `insert into uploads (id, person_id, name, content_type, size, sha256, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [upload.id, upload.personId, upload.name, upload.contentType, upload.size, upload.sha256, now],
  );
}

/** What this person uploaded, or what stands in this conversation already. */
export async function findAttachable(
  db: Queryable,
  ids: string[],
  { personId, conversationId }: { personId: string; conversationId: string },
): Promise<AttachmentRef[]> {
  const rows = await db.query<{ file: AttachmentRef }>(
    `select jsonb_build_object('id', u.id, 'name', u.name, 'contentType', u.content_type, 'size', u.size,
                               'sha256', u.sha256) as file
     from uploads u where u.id::text = any($1::text[]) and u.person_id = $2
     union all
     select f from message_attachments a join messages m on m.id = a.message_id
     cross join jsonb_array_elements(m.attachments) f
     where a.attachment_id = any($1::text[]) and m.conversation_id = $3 and f ->> 'id' = a.attachment_id`,
    [ids, personId, conversationId],
  );
  return rows.map((row) => row.file);
}

export async function findUpload(db: Queryable, id: string, personId: string): Promise<UploadRow | null> {
  const [row] = await db.query<UploadRow>(
    `select id, person_id as "personId", name, content_type as "contentType", size, sha256
     from uploads where id = $1 and person_id = $2`,
    [id, personId],
  );
  return row ?? null;
}
