import { type Queryable, toJson, type Tx } from '#database';
import type { Conversation, SystemLine } from './conversation.rules.js';

/** Columns of `conversations c` and `customers p` in the names of the rules, without what sla told. */
export const ROW_COLUMNS = `
  c.id, c.customer_id as "customerId", c.home_customer_id as "homeCustomerId", p.display_name as "customerName",
  c.subject, c.status, c.apart, c.priority, c.assignee_id as "assigneeId", c.team_id as "teamId", c.tags,
  c.channel_ids as "channelIds", c.channel_kinds as "channelKinds", c.channel_team_ids as "channelTeamIds",
  c.participants, c.last_seq as "lastSeq", c.version, c.last_public_seq as "lastPublicSeq",
  c.last_customer_seq as "lastCustomerSeq", c.answered_seq as "answeredSeq", c.last_reply_at as "lastReplyAt",
  c.preview, c.reply_channel_id as "replyChannelId", c.last_message_at as "lastMessageAt", c.created_at as "createdAt",
  c.resolved_at as "resolvedAt", c.snoozed_until as "snoozedUntil", c.merged_into_id as "mergedIntoId"`;

export const CONVERSATION_COLUMNS = `${ROW_COLUMNS}, c.due, c.due_told_at as "dueToldAt"`;

type Row = { [K in keyof Conversation]: unknown };

/** A row from the driver (dates) or out of json (texts) as a working copy. */
export function toConversation(row: object): Conversation {
  const value = row as Row;
  const date = (text: unknown) => (text === null ? null : new Date(text as string));
  return {
    ...(value as Conversation),
    lastReplyAt: date(value.lastReplyAt),
    lastMessageAt: new Date(value.lastMessageAt as string),
    createdAt: new Date(value.createdAt as string),
    resolvedAt: date(value.resolvedAt),
    snoozedUntil: date(value.snoozedUntil),
    dueToldAt: date(value.dueToldAt),
  };
}

/** Locked in id order, as everywhere. */
export async function lockConversations(tx: Tx, ids: string[]): Promise<Conversation[]> {
  const rows = await tx.query<object>(
    `select ${CONVERSATION_COLUMNS} from conversations c join customers p on p.id = c.customer_id
     where c.id = any($1::uuid[]) order by c.id for update of c`,
    [ids],
  );
  return rows.map(toConversation);
}

/** Who may see a conversation `c` (security.md D1). Parameters: everything?, team ids, person id. */
export const visible = (first: number): string =>
  `($${first}::boolean or c.channel_team_ids = '{}' or c.channel_team_ids && $${first + 1}::uuid[]
    or c.team_id = any($${first + 1}::uuid[]) or c.assignee_id = $${first + 2}::uuid)`;

export interface Access {
  everything: boolean;
  teamIds: string[];
  personId: string;
}

export async function findVisible(db: Queryable, access: Access, ids: string[]): Promise<Conversation[]> {
  const rows = await db.query<object>(
    `select ${CONVERSATION_COLUMNS} from conversations c join customers p on p.id = c.customer_id
     where c.id = any($1::uuid[]) and ${visible(2)}`,
    [ids, access.everything, access.teamIds, access.personId],
  );
  return rows.map(toConversation);
}

/** Brings rows to their working copies; the copies were locked by this transaction. */
export async function saveConversations(tx: Tx, conversations: Conversation[]): Promise<void> {
  if (conversations.length === 0) return;
  await tx.query(UPDATE_CONVERSATIONS, [toJson(conversations)]);
}

export const RECORDSET = `jsonb_to_recordset($1::jsonb) as n(
  "id" uuid, "customerId" uuid, "homeCustomerId" uuid, "subject" text, "status" text, "apart" text, "priority" text,
  "assigneeId" uuid, "teamId" uuid, "tags" text[], "channelIds" uuid[], "channelKinds" text[], "channelTeamIds" uuid[],
  "participants" text[], "lastSeq" int, "version" int, "lastPublicSeq" int, "lastCustomerSeq" int, "answeredSeq" int,
  "lastReplyAt" timestamptz, "preview" text, "replyChannelId" uuid, "lastMessageAt" timestamptz, "createdAt" timestamptz,
  "resolvedAt" timestamptz, "snoozedUntil" timestamptz, "mergedIntoId" uuid)`;

const UPDATE_CONVERSATIONS = `
  update conversations c set
    customer_id = n."customerId", home_customer_id = n."homeCustomerId", subject = n."subject", status = n."status",
    apart = n."apart", priority = n."priority", assignee_id = n."assigneeId", team_id = n."teamId", tags = n."tags",
    channel_ids = n."channelIds", channel_kinds = n."channelKinds", channel_team_ids = n."channelTeamIds",
    participants = n."participants", last_seq = n."lastSeq", version = n."version", last_public_seq = n."lastPublicSeq",
    last_customer_seq = n."lastCustomerSeq", answered_seq = n."answeredSeq", last_reply_at = n."lastReplyAt",
    preview = n."preview", reply_channel_id = n."replyChannelId", last_message_at = n."lastMessageAt",
    resolved_at = n."resolvedAt", snoozed_until = n."snoozedUntil", merged_into_id = n."mergedIntoId"
  from ${RECORDSET} where c.id = n."id"`;

export async function insertConversation(tx: Tx, conversation: Conversation): Promise<void> {
  await tx.query(`${INSERT_CONVERSATIONS} from ${RECORDSET}`, [toJson([conversation])]);
}

export const INSERT_CONVERSATIONS = `
  insert into conversations (id, customer_id, home_customer_id, subject, status, apart, priority, assignee_id, team_id,
    tags, channel_ids, channel_kinds, channel_team_ids, participants, last_seq, version, last_public_seq,
    last_customer_seq, answered_seq, last_reply_at, preview, reply_channel_id, last_message_at, created_at, resolved_at,
    snoozed_until, merged_into_id)
  select n."id", n."customerId", n."homeCustomerId", n."subject", n."status", n."apart", n."priority", n."assigneeId",
    n."teamId", n."tags", n."channelIds", n."channelKinds", n."channelTeamIds", n."participants", n."lastSeq",
    n."version", n."lastPublicSeq", n."lastCustomerSeq", n."answeredSeq", n."lastReplyAt", n."preview",
    n."replyChannelId", n."lastMessageAt", n."createdAt", n."resolvedAt", n."snoozedUntil", n."mergedIntoId"`;

export async function insertLines(tx: Tx, lines: (SystemLine & { id: string; at: Date })[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query(
    `insert into messages (id, conversation_id, seq, kind, from_address, text, at, received_at, author_id, system)
     select n.id, n."conversationId", n.seq, 'system', '', '', n.at, n.at, n."authorId",
            jsonb_build_object('event', n.event, 'data', n.data)
     from jsonb_to_recordset($1::jsonb)
       as n(id uuid, "conversationId" uuid, seq int, event text, data jsonb, "authorId" uuid, at timestamptz)`,
    [toJson(lines)],
  );
}
