import type { ArrivedMessage } from '#contracts';
import type { Tx } from '#database';
import { CONVERSATION_COLUMNS, toConversation } from '../conversations/conversation.store.js';
import { addKnown, emptyPicture, type Picture, pointKey, threadKeyOf } from './picture.rules.js';

/**
 * Loads and locks what the join rules need for a batch, in one statement: known keys, senders and their living customers
 * (key-share lock: a merge waits), every conversation they may go to (for update). All locks in id order.
 */
export async function loadPicture(tx: Tx, arrivals: ArrivedMessage[]): Promise<Picture> {
  const asked = questions(arrivals);
  const [row] = await tx.query<LoadedRow>(LOAD, [
    asked.dedupeKeys,
    asked.points.map((point) => point.kind),
    asked.points.map((point) => point.scope),
    asked.points.map((point) => point.address),
    asked.tokens,
    asked.messageIds,
    asked.threadKeys.map((key) => key.channelId),
    asked.threadKeys.map((key) => key.key),
    asked.threadKeys.map((key) => key.pointIndex),
  ]);
  return toPicture(row!);
}

interface LoadedRow {
  messages: { dedupeKey: string; messageId: string; conversationId: string; receiptIds: string[] }[];
  points: { id: string; kind: 'email'; scope: string; address: string; own: string; living: string }[];
  customers: { id: string; displayName: string; named: boolean; living: string }[];
  tokens: { token: string; conversationId: string; channelId: string }[];
  sent: { header: string; conversationId: string; channelId: string; recipients: string[]; subject: string | null }[];
  threadKeys: { channelId: string; pointId: string; key: string; conversationId: string }[];
  conversations: object[];
}

function questions(arrivals: ArrivedMessage[]) {
  const points = new Map<string, ArrivedMessage['from']>();
  const tokens = new Set<string>();
  const messageIds = new Set<string>();
  const threadKeys = new Map<string, { channelId: string; key: string; pointIndex: number }>();
  for (const arrival of arrivals) {
    const key = pointKey(arrival.from);
    if (!points.has(key)) points.set(key, arrival.from);
    if (arrival.threadKey) {
      const pointIndex = [...points.keys()].indexOf(key) + 1; // ordinality starts at 1
      const { channelId, threadKey } = arrival;
      threadKeys.set(`${channelId} ${key} ${threadKey}`, { channelId, key: threadKey, pointIndex });
    }
    const { mail } = arrival;
    if (!mail) continue;
    for (const { token } of mail.tokens) tokens.add(token.toLowerCase());
    for (const id of [mail.inReplyTo, mail.bounce?.originalMessageId, ...mail.references]) if (id) messageIds.add(id);
  }
  return {
    dedupeKeys: arrivals.map((arrival) => arrival.dedupeKey),
    points: [...points.values()],
    tokens: [...tokens],
    messageIds: [...messageIds],
    threadKeys: [...threadKeys.values()],
  };
}

const LOAD = `
  with keys as (
    select m.dedupe_key as "dedupeKey", m.id as "messageId", m.conversation_id as "conversationId",
           array[m.receipt_id] || coalesce(
             (select array_agg(f.receipt_id) from further_deliveries f where f.message_id = m.id), '{}') as "receiptIds"
    from messages m where m.dedupe_key = any($1::text[])
  ),
  points as (
    select p.id, p.kind, p.scope, p.address, p.customer_id as own, c.living_id as living, n.ord
    from unnest($2::text[], $3::text[], $4::text[]) with ordinality as n(kind, scope, address, ord)
    join contact_points p on p.kind = n.kind and p.scope = n.scope and p.address = n.address
    join customers c on c.id = p.customer_id
  ),
  people as (
    select c.id, c.display_name as "displayName", c.named, c.living_id as living
    from customers c where c.id in (select living from points) order by c.id for key share
  ),
  tokens as (
    select t.token, t.conversation_id as "conversationId", t.channel_id as "channelId"
    from reply_tokens t where t.token = any($5::text[])
  ),
  sent as (
    select s.header, m.conversation_id as "conversationId", m.channel_id as "channelId", m.subject,
           array(select lower(r ->> 'address') from jsonb_array_elements(m.recipients || m.copies) r) as recipients
    from sent_mail_ids s join messages m on m.id = s.message_id where s.header = any($6::text[])
  ),
  thread_keys as (
    select k.channel_id as "channelId", k.contact_point_id as "pointId", k.key, k.conversation_id as "conversationId"
    from unnest($7::uuid[], $8::text[], $9::int[]) as n(channel_id, key, ord)
    join points p on p.ord = n.ord
    join thread_keys k on k.channel_id = n.channel_id and k.contact_point_id = p.id and k.key = n.key
  ),
  wanted as (
    select "conversationId" as id from keys union all select "conversationId" from tokens
    union all select "conversationId" from sent union all select "conversationId" from thread_keys
  ),
  living as (select coalesce(c.merged_into_id, c.id) as id from conversations c where c.id in (select id from wanted)),
  owners as (
    select id from people union select c.customer_id from conversations c where c.id in (select id from living)
  ),
  candidates as (
    select id from wanted union select id from living
    union select c.id from owners o cross join lateral (
      (select c.id from conversations c where c.customer_id = o.id and c.status <> 'resolved' limit 20)
      union all
      (select c.id from conversations c
       where c.customer_id = o.id and c.status = 'resolved' and c.merged_into_id is null and coalesce(c.apart, 'merge') = 'merge'
       order by c.resolved_at desc limit 1)
    ) c
  ),
  locked as (
    select ${CONVERSATION_COLUMNS}
    from conversations c join customers p on p.id = c.customer_id
    where c.id in (select id from candidates) order by c.id for update of c
  )
  select (select coalesce(json_agg(x), '[]') from keys x) as messages,
         (select coalesce(json_agg(x), '[]') from points x) as points,
         (select coalesce(json_agg(x), '[]') from people x) as customers,
         (select coalesce(json_agg(x), '[]') from tokens x) as tokens,
         (select coalesce(json_agg(x), '[]') from sent x) as sent,
         (select coalesce(json_agg(x), '[]') from thread_keys x) as "threadKeys",
         (select coalesce(json_agg(x), '[]') from locked x) as conversations`;

function toPicture(row: LoadedRow): Picture {
  const picture = emptyPicture();
  for (const { dedupeKey, ...known } of row.messages) picture.messages.set(dedupeKey, known);
  for (const customer of row.customers) {
    if (customer.living !== customer.id) throw new MergedMeanwhile();
    picture.customers.set(customer.id, customer);
  }
  for (const point of row.points) {
    picture.points.set(pointKey(point), { id: point.id, ownCustomerId: point.own, customerId: point.living });
  }
  for (const { token, ...where } of row.tokens) picture.tokens.set(token, where);
  for (const { header, ...mail } of row.sent) picture.sent.set(header, mail);
  for (const key of row.threadKeys) {
    picture.threadKeys.set(threadKeyOf(key.channelId, key.pointId, key.key), key.conversationId);
  }
  for (const loaded of row.conversations) addKnown(picture, toConversation(loaded));
  for (const conversation of picture.conversations.values()) {
    const into = conversation.mergedIntoId;
    if (into !== null && !picture.conversations.has(into)) throw new MergedMeanwhile();
  }
  return picture;
}

/** Somebody merged while we waited for the lock: the same batch again sees it (40001: transient, counts nothing). */
class MergedMeanwhile extends Error {
  readonly code = '40001';
  constructor() {
    super('a customer or conversation of this batch was merged meanwhile');
  }
}
