import { Columns, toJson, type Tx } from '#database';
import { newId } from '#kernel';
import { INSERT_CONVERSATIONS, RECORDSET } from '../conversations/conversation.store.js';
import type { Conversation } from '../conversations/conversation.rules.js';
import { searchBody } from '../search/search.rules.js';
import {
  type Changes,
  type KnownCustomer,
  type NewMessage,
  type NewPoint,
  type Picture,
  reshaped,
} from './picture.rules.js';

/** This process's own row of each counter, so that two intakes do not wait for each other. */
const SLOT = process.pid % 16;

/** Writes what the rules recorded, all of it in one statement that goes with the commit. */
export function writeChanges(tx: Tx, picture: Picture, now: Date): void {
  const { changes } = picture;
  const conversation = (id: string) => picture.conversations.get(id)!;
  const known = [...changes.touched].filter((id) => !changes.opened.has(id)).map(conversation);
  const [changed, moved] = [
    known.filter((one) => reshaped(picture, one)),
    known.filter((one) => !reshaped(picture, one)),
  ];
  const renamed = [...changes.renamed].map(([id, name]) => ({ id, name, body: searchBody(name) }));
  const parameters = [
    toJson(changed),
    toJson(changes.lines.map((line) => ({ id: newId(), ...line }))),
    toJson(changes.links),
    toJson(changes.further),
    toJson([...changes.threadKeys.values()]),
    toJson([...changes.channels.values()]),
    toJson(renamed),
    toJson(countsOf(changes)),
    SLOT,
    now,
    ...MOVED.parameters(moved),
    ...OPENED.parameters([...changes.opened].map(conversation)),
    ...MESSAGES.parameters(changes.messages),
    ...CUSTOMERS.parameters(searchable(changes)),
    ...POINTS.parameters(changes.points.toSorted((a, b) => (pointOrder(a) < pointOrder(b) ? -1 : 1))),
  ];
  tx.withCommit({ sql: WRITE, parameters });
}

/** Messages a kind, in one order for everybody. */
function countsOf({ messages }: Changes): { kind: string; messages: number }[] {
  const counts = new Map<string, number>();
  for (const { channelKind } of messages) counts.set(channelKind, (counts.get(channelKind) ?? 0) + 1);
  return [...counts].map(([kind, messages]) => ({ kind, messages })).sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

type SearchableCustomer = KnownCustomer & { body: string };

function searchable({ customers, points }: Changes): SearchableCustomer[] {
  if (customers.length === 0) return [];
  const addresses = new Map(points.map((point) => [point.customerId, point.address]));
  return customers.map((customer) => ({
    body: searchBody(customer.displayName, addresses.get(customer.id) ?? ''),
    ...customer,
  }));
}

const pointOrder = (point: { kind: string; scope: string; address: string }) =>
  `${point.kind} ${point.scope} ${point.address}`;

/** What one more message moves in an open conversation; anything else changes the row as a whole. */
const MOVED = new Columns<Conversation>({
  id: 'uuid',
  lastSeq: 'int',
  version: 'int',
  lastPublicSeq: 'int',
  lastCustomerSeq: 'int',
  preview: 'text',
  replyChannelId: 'uuid',
  lastMessageAt: 'timestamptz',
});
const OPENED = new Columns<Conversation>({
  id: 'uuid',
  customerId: 'uuid',
  homeCustomerId: 'uuid',
  subject: 'text',
  status: 'text',
  apart: 'text',
  priority: 'text',
  assigneeId: 'uuid',
  teamId: 'uuid',
  tags: 'text[]',
  channelIds: 'uuid[]',
  channelKinds: 'text[]',
  channelTeamIds: 'uuid[]',
  participants: 'text[]',
  lastSeq: 'int',
  version: 'int',
  lastPublicSeq: 'int',
  lastCustomerSeq: 'int',
  answeredSeq: 'int',
  lastReplyAt: 'timestamptz',
  preview: 'text',
  replyChannelId: 'uuid',
  lastMessageAt: 'timestamptz',
  createdAt: 'timestamptz',
  resolvedAt: 'timestamptz',
  snoozedUntil: 'timestamptz',
  mergedIntoId: 'uuid',
});
const MESSAGES = new Columns<NewMessage>({
  id: 'uuid',
  conversationId: 'uuid',
  seq: 'int',
  automatic: 'boolean',
  courtesy: 'boolean',
  channelId: 'uuid',
  channelKind: 'text',
  slaKind: 'text',
  contactPointId: 'uuid',
  fromAddress: 'text',
  fromName: 'text',
  recipients: 'jsonb',
  copies: 'jsonb',
  subject: 'text',
  text: 'long',
  html: 'long',
  attachments: 'jsonb',
  at: 'timestamptz',
  receivedAt: 'timestamptz',
  externalId: 'text',
  receiptId: 'text',
  dedupeKey: 'text',
  mail: 'jsonb',
  parseProblem: 'text',
  clientId: 'text',
});
const CUSTOMERS = new Columns<SearchableCustomer>({ id: 'uuid', displayName: 'text', named: 'boolean', body: 'text' });
const POINTS = new Columns<NewPoint>({
  id: 'uuid',
  customerId: 'uuid',
  kind: 'text',
  scope: 'text',
  address: 'text',
  display: 'text',
  name: 'text',
  verified: 'boolean',
  claimed: 'jsonb',
});

const FIRST_COLUMN = 11;
/** Where each begins among the parameters, in the order of `writeChanges`. */
const [moved, opened, messages, customers, points] = [MOVED, OPENED, MESSAGES, CUSTOMERS, POINTS].map(
  (columns, i, all) => columns.from(all.slice(0, i).reduce((next, { count }) => next + count, FIRST_COLUMN)),
) as [string, string, string, string, string];

const WRITE = `
  with customers_made as (
    insert into customers (id, living_id, display_name, named, created_at)
    select n.id, n.id, n."displayName", n.named, $10::timestamptz from ${customers}
  ),
  customers_found as (
    insert into customer_search (customer_id, body)
    select n.id, n.body from ${customers}
    union all
    select n.id, n.body from jsonb_to_recordset($7::jsonb) as n(id uuid, body text)
    on conflict (customer_id) do update set body = excluded.body || ' ' || customer_search.body
  ),
  customers_named as (
    update customers c set display_name = n.name, named = true
    from jsonb_to_recordset($7::jsonb) as n(id uuid, name text) where c.id = n.id
  ),
  points_made as (
    insert into contact_points (id, customer_id, kind, scope, address, display, name, verified, claimed, created_at)
    select n.id, n."customerId", n.kind, n.scope, n.address, n.display, n.name, n.verified, n.claimed, $10::timestamptz
    from ${points}
  ),
  opened as (${INSERT_CONVERSATIONS} from ${opened}),
  moved as (
    update conversations c set
      last_seq = n."lastSeq", version = n."version", last_public_seq = n."lastPublicSeq",
      last_customer_seq = n."lastCustomerSeq", preview = n."preview", reply_channel_id = n."replyChannelId",
      last_message_at = n."lastMessageAt"
    from ${moved} where c.id = n."id"
  ),
  changed as (
    update conversations c set
      subject = n."subject", status = n."status", channel_ids = n."channelIds", channel_kinds = n."channelKinds",
      channel_team_ids = n."channelTeamIds", participants = n."participants", last_seq = n."lastSeq",
      version = n."version", last_public_seq = n."lastPublicSeq", last_customer_seq = n."lastCustomerSeq",
      answered_seq = n."answeredSeq", preview = n."preview", reply_channel_id = n."replyChannelId",
      last_message_at = n."lastMessageAt", resolved_at = n."resolvedAt", snoozed_until = n."snoozedUntil"
    from ${RECORDSET} where c.id = n."id"
  ),
  messages_made as (
    insert into messages (id, conversation_id, seq, kind, automatic, courtesy, channel_id, channel_kind, sla_kind,
      contact_point_id, from_address, from_name, recipients, copies, subject, text, html, attachments, at, received_at,
      external_id, receipt_id, dedupe_key, mail, parse_problem, client_id)
    select n.id, n."conversationId", n.seq, 'inbound', n.automatic, n.courtesy, n."channelId", n."channelKind",
      n."slaKind", n."contactPointId", n."fromAddress", n."fromName", n.recipients, n.copies, n.subject, n.text, n.html,
      n.attachments, n.at, n."receivedAt", n."externalId", n."receiptId", n."dedupeKey", n.mail, n."parseProblem",
      n."clientId"
    from ${messages}
    returning id, attachments
  ),
  files as (
    insert into message_attachments (attachment_id, message_id)
    select f ->> 'id', m.id from messages_made m cross join jsonb_array_elements(m.attachments) f
    on conflict do nothing
  ),
  to_index as (insert into search_pending (message_id) select id from messages_made),
  lines as (
    insert into messages (id, conversation_id, seq, kind, from_address, text, at, received_at, author_id, system)
    select n.id, n."conversationId", n.seq, 'system', '', '', n.at, n.at, n."authorId",
           jsonb_build_object('event', n.event, 'data', n.data)
    from jsonb_to_recordset($2::jsonb)
      as n(id uuid, "conversationId" uuid, seq int, event text, data jsonb, "authorId" uuid, at timestamptz)
  ),
  links as (
    insert into conversation_links (id, kind, from_id, to_id, at)
    select n.id, n.kind, n."fromId", n."toId", $10::timestamptz
    from jsonb_to_recordset($3::jsonb) as n(id uuid, kind text, "fromId" uuid, "toId" uuid)
  ),
  further as (
    insert into further_deliveries (message_id, receipt_id, channel_id, received_at)
    select n."messageId", n."receiptId", n."channelId", n."receivedAt"
    from jsonb_to_recordset($4::jsonb)
      as n("messageId" uuid, "receiptId" text, "channelId" uuid, "receivedAt" timestamptz)
    on conflict do nothing
  ),
  keyed as (
    insert into thread_keys (channel_id, contact_point_id, key, conversation_id)
    select n."channelId", n."contactPointId", n.key, n."conversationId"
    from jsonb_to_recordset($5::jsonb)
      as n("channelId" uuid, "contactPointId" uuid, key text, "conversationId" uuid)
    on conflict (channel_id, contact_point_id, key) do update set conversation_id = excluded.conversation_id
  ),
  -- until gateway's own word about the channel arrives
  channels_seen as (
    insert into channels (id, kind, sla_kind, name, address, team_ids)
    select n.id, n.kind, n."slaKind", n.name, n.address, n."teamIds"
    from jsonb_to_recordset($6::jsonb)
      as n(id uuid, kind text, "slaKind" text, name text, address text, "teamIds" uuid[])
    where not exists (select 1 from channels k where k.id = n.id)
    on conflict do nothing
  )
  insert into threaded_counts as t (channel_kind, slot, messages)
  select n.kind, $9::int, n.messages from jsonb_to_recordset($8::jsonb) as n(kind text, messages bigint)
  on conflict (channel_kind, slot) do update set messages = t.messages + excluded.messages`;
