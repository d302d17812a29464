import type { ArrivedMessage } from '#contracts';
import { arrayOf, Columns, type Tx } from '#database';
import { ROW_COLUMNS, toConversation } from '../conversations/conversation.store.js';
import { addKnown, emptyPicture, type Picture, pointKey, threadKeyOf } from './picture.rules.js';
import type { Marks, RecentSender, RecentSenders } from './recent-senders.js';

/** What the join rules go by, and the marks under which it can be remembered. */
export interface Loaded {
  picture: Picture;
  marks: Marks;
  /** Keys of those who sent it. */
  senders: Iterable<string>;
}

/**
 * Loads and locks what the join rules need for a batch, in one statement: known keys, senders and their living customers
 * (key-share lock: a merge waits), every conversation they may go to (for update). All locks in id order. What `recent`
 * remembers rightly is locked, but neither looked for nor read.
 */
export async function loadPicture(tx: Tx, arrivals: ArrivedMessage[], recent: RecentSenders): Promise<Loaded> {
  const asked = questions(arrivals);
  const senders = recent.of(asked.ords.keys()).filter((sender) => isEnough(sender, asked));
  const [row] = await tx.query<LoadedRow>(LOAD, [
    arrayOf(arrivals, 'dedupeKey'),
    arrayOf(asked.points, 'kind'),
    arrayOf(asked.points, 'scope'),
    arrayOf(asked.points, 'address'),
    asked.tokens,
    asked.messageIds,
    arrayOf(asked.threadKeys, 'channelId'),
    arrayOf(asked.threadKeys, 'key'),
    arrayOf(asked.threadKeys, 'pointIndex'),
    ...SENDERS.parameters(
      senders.map(({ key, customer, customerMark, conversation, conversationMark }) => ({
        ord: asked.ords.get(key)!,
        customerId: customer.id,
        customerMark,
        conversationId: conversation.id,
        conversationMark,
      })),
    ),
  ]);
  if (row!.stale) {
    recent.forget(senders);
    throw new ChangedMeanwhile();
  }
  const held = new Set(row!.held);
  const known = senders.filter((sender) => held.has(asked.ords.get(sender.key)!));
  return { senders: asked.ords.keys(), ...toLoaded(row!, asked.points, known) };
}

/** A thread key may lead elsewhere; a name for somebody nameless is told of all their conversations. */
const isEnough = ({ key, customer }: RecentSender, asked: Asked): boolean =>
  !asked.threaded.has(key) && (customer.named || !asked.named.has(key));

const SENDERS = new Columns<{
  ord: number;
  customerId: string;
  customerMark: string;
  conversationId: string;
  conversationMark: string;
}>({ ord: 'int', customerId: 'uuid', customerMark: 'text', conversationId: 'uuid', conversationMark: 'text' });

interface LoadedRow {
  messages: { dedupeKey: string; messageId: string; conversationId: string; receiptIds: string[] }[];
  /** Place among the points asked for (from 1), own id, customer it was first seen with, living customer. */
  points: [ord: number, id: string, own: string, living: string][];
  customers: { id: string; displayName: string; named: boolean; living: string; mark: string }[];
  tokens: { token: string; conversationId: string; channelId: string }[];
  sent: { header: string; conversationId: string; channelId: string; recipients: string[]; subject: string | null }[];
  threadKeys: { channelId: string; pointId: string; key: string; conversationId: string }[];
  conversations: object[];
  /** Senders (by place) who are as they were remembered; `stale`: one of them was changed before the lock was ours. */
  held: number[];
  stale: boolean;
  /** This transaction. */
  own: string;
}

type Asked = ReturnType<typeof questions>;

function questions(arrivals: ArrivedMessage[]) {
  const points: ArrivedMessage['from'][] = [];
  /** Place of each sender among the points, as `with ordinality` counts: from 1. */
  const ords = new Map<string, number>();
  const threaded = new Set<string>();
  const named = new Set<string>();
  const tokens = new Set<string>();
  const messageIds = new Set<string>();
  const threadKeys = new Map<string, { channelId: string; key: string; pointIndex: number }>();
  for (const arrival of arrivals) {
    const key = pointKey(arrival.from);
    if (!ords.has(key)) ords.set(key, points.push(arrival.from));
    if (arrival.from.name || arrival.claimed?.name) named.add(key);
    if (arrival.threadKey) {
      threaded.add(key);
      const { channelId, threadKey } = arrival;
      threadKeys.set(`${channelId} ${key} ${threadKey}`, { channelId, key: threadKey, pointIndex: ords.get(key)! });
    }
    const { mail } = arrival;
    if (!mail) continue;
    for (const { token } of mail.tokens) tokens.add(token.toLowerCase());
    for (const id of [mail.inReplyTo, mail.bounce?.originalMessageId, ...mail.references]) if (id) messageIds.add(id);
  }
  return {
    points,
    ords,
    threaded,
    named,
    tokens: [...tokens],
    messageIds: [...messageIds],
    threadKeys: [...threadKeys.values()],
  };
}

const LOAD = `
  with held as (
    select s.* from ${SENDERS.from(10, 's')}
    join customers k on k.id = s."customerId" and k.xmin::text = s."customerMark"
    join conversations c on c.id = s."conversationId" and c.xmin::text = s."conversationMark"
  ),
  keys as (
    select m.dedupe_key as "dedupeKey", m.id as "messageId", m.conversation_id as "conversationId",
           array[m.receipt_id] || coalesce(
             (select array_agg(f.receipt_id) from further_deliveries f where f.message_id = m.id), '{}') as "receiptIds"
    from messages m where m.dedupe_key = any($1::text[])
  ),
  points as (
    select p.id, p.customer_id as own, c.living_id as living, n.ord
    from unnest($2::text[], $3::text[], $4::text[]) with ordinality as n(kind, scope, address, ord)
    join contact_points p on p.kind = n.kind and p.scope = n.scope and p.address = n.address
    join customers c on c.id = p.customer_id
    where n.ord not in (select ord from held)
  ),
  people as (
    select c.id, c.display_name as "displayName", c.named, c.living_id as living, c.xmin::text as mark
    from customers c where c.id in (select living from points union all select "customerId" from held)
    order by c.id for key share
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
    select living as id from points union select c.customer_id from conversations c where c.id in (select id from living)
  ),
  candidates as (
    select id from wanted union select id from living union select "conversationId" from held
    union select c.id from owners o cross join lateral (
      (select c.id from conversations c where c.customer_id = o.id and c.status <> 'resolved' limit 20)
      union all
      (select c.id from conversations c
       where c.customer_id = o.id and c.status = 'resolved' and c.merged_into_id is null and coalesce(c.apart, 'merge') = 'merge'
       order by c.resolved_at desc limit 1)
    ) c
  ),
  -- an array, so that they are looked up by their keys while the table is small too; when it is due plays no part here
  locked as (
    select ${ROW_COLUMNS}, null as due, null as "dueToldAt", c.xmin::text as mark
    from conversations c cross join lateral (
      select case when c.id not in (select "conversationId" from held)
             then (select k.display_name from customers k where k.id = c.customer_id) end as display_name
    ) p
    where c.id = any(array(select id from candidates)) order by c.id for update of c
  )
  select pg_current_xact_id()::xid::text as own,
         (select coalesce(json_agg(ord), '[]') from held) as held,
         (select coalesce(json_agg(x), '[]') from keys x) as messages,
         (select coalesce(json_agg(json_build_array(x.ord, x.id, x.own, x.living)), '[]') from points x) as points,
         (select coalesce(json_agg(x), '[]') from people x where x.id not in (select "customerId" from held)) as customers,
         (select coalesce(json_agg(x), '[]') from tokens x) as tokens,
         (select coalesce(json_agg(x), '[]') from sent x) as sent,
         (select coalesce(json_agg(x), '[]') from thread_keys x) as "threadKeys",
         (select coalesce(json_agg(x), '[]') from locked x where x.id not in (select "conversationId" from held)) as conversations,
         exists (
           select 1 from held h where (h."customerId", h."customerMark") not in (select id, mark from people)
             or (h."conversationId", h."conversationMark") not in (select id, mark from locked)) as stale`;

function toLoaded(row: LoadedRow, asked: ArrivedMessage['from'][], held: RecentSender[]): Omit<Loaded, 'senders'> {
  const picture = emptyPicture();
  const marks: Marks = { own: row.own, customers: new Map() };
  for (const { dedupeKey, ...known } of row.messages) picture.messages.set(dedupeKey, known);
  for (const { living, mark, ...customer } of row.customers) {
    if (living !== customer.id) throw new ChangedMeanwhile();
    picture.customers.set(customer.id, customer);
    marks.customers.set(customer.id, mark);
  }
  for (const [ord, id, ownCustomerId, customerId] of row.points) {
    picture.points.set(pointKey(asked[ord - 1]!), { id, ownCustomerId, customerId });
  }
  for (const { token, ...where } of row.tokens) picture.tokens.set(token, where);
  for (const { header, ...mail } of row.sent) picture.sent.set(header, mail);
  for (const key of row.threadKeys) {
    picture.threadKeys.set(threadKeyOf(key.channelId, key.pointId, key.key), key.conversationId);
  }
  for (const loaded of row.conversations) addKnown(picture, toConversation(loaded));
  for (const { key, point, customer, customerMark, conversation } of held) {
    picture.points.set(key, point);
    picture.customers.set(customer.id, { ...customer });
    marks.customers.set(customer.id, customerMark);
    if (!picture.conversations.has(conversation.id)) addKnown(picture, conversation);
  }
  for (const conversation of picture.conversations.values()) {
    const into = conversation.mergedIntoId;
    if (into !== null && !picture.conversations.has(into)) throw new ChangedMeanwhile();
  }
  return { picture, marks };
}

/** Somebody merged or wrote while we waited for the lock: the same batch again sees it (40001: transient, counts nothing). */
class ChangedMeanwhile extends Error {
  readonly code = '40001';
  constructor() {
    super('a customer or conversation of this batch was changed meanwhile');
  }
}
