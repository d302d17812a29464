import type { ChannelKind, ConversationStatus } from '#contracts';
import type { Queryable } from '#database';
import { type Access, CONVERSATION_COLUMNS, toConversation, visible } from './conversation.store.js';
import type { Conversation } from './conversation.rules.js';

export interface ConversationFilter {
  status?: ConversationStatus;
  /** null: nobody's. */
  assigneeId?: string | null;
  teamId?: string;
  channelKind?: ChannelKind;
  channelId?: string;
  tag?: string;
  customerId?: string;
  /** In search form, and as it was typed. */
  q?: { form: string; typed: string };
}

export type Sort = 'due' | 'newest' | 'oldest';

/** Where the page before ended: due, last message, id. */
export interface Position {
  dueAt: string;
  lastMessageAt: string;
  id: string;
}

const ORDER: Record<Sort, string> = {
  due: 'c.due_at, c.last_message_at desc, c.id desc',
  newest: 'c.last_message_at desc, c.id desc',
  oldest: 'c.last_message_at, c.id',
};

/**
 * One page of the list. The text of the statement is put together from fixed parts only; values are parameters. Each arm
 * is a plain range of one index, so a page costs the same wherever it begins and however many conversations there are.
 */
export async function listConversations(
  db: Queryable,
  access: Access,
  filter: ConversationFilter,
  page: ListPage,
): Promise<Conversation[]> {
  const { sql, values } = listStatement(access, filter, page);
  return (await db.query<object>(sql, values)).map(toConversation);
}

export interface ListPage {
  sort: Sort;
  after: Position | null;
  limit: number;
}

export function listStatement(
  access: Access,
  filter: ConversationFilter,
  page: ListPage,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [access.everything, access.teamIds, access.personId, page.limit];
  const add = (value: unknown) => `$${values.push(value)}`;
  const conditions = [
    ...(access.everything ? ['$1::boolean', '$2::uuid[] is not null', '$3::uuid is not null'] : [visible(1)]),
    ...conditionsOf(filter, add),
  ];
  const arms = page.after ? armsAfter(page.sort, page.after, add) : ['true'];
  const selects = arms.map(
    (arm) => `(select c.id, c.due_at, c.last_message_at from conversations c
       where ${[...conditions, arm].join(' and ')} order by ${ORDER[page.sort]} limit $4)`,
  );
  const sql = `with page as (
       select * from (${selects.join(' union all ')}) c order by ${ORDER[page.sort]} limit $4
     )
     select ${CONVERSATION_COLUMNS} from page join conversations c using (id) join customers p on p.id = c.customer_id
     order by ${ORDER[page.sort]}`;
  return { sql, values };
}

function armsAfter(sort: Sort, after: Position, add: (value: unknown) => string): string[] {
  const at = `(${add(after.lastMessageAt)}::timestamptz, ${add(after.id)}::uuid)`;
  if (sort === 'newest') return [`(c.last_message_at, c.id) < ${at}`];
  if (sort === 'oldest') return [`(c.last_message_at, c.id) > ${at}`];
  const due = `${add(after.dueAt)}::timestamptz`;
  return [`c.due_at = ${due} and (c.last_message_at, c.id) < ${at}`, `c.due_at > ${due}`];
}

function conditionsOf(filter: ConversationFilter, add: (value: unknown) => string): string[] {
  const conditions: string[] = [];
  // the literal lets the planner use the partial index of open conversations
  if (filter.status === 'open') conditions.push(`c.status = 'open'`);
  else if (filter.status) conditions.push(`c.status = ${add(filter.status)}`);
  if (filter.assigneeId === null) conditions.push('c.assignee_id is null');
  else if (filter.assigneeId) conditions.push(`c.assignee_id = ${add(filter.assigneeId)}`);
  if (filter.teamId) conditions.push(`c.team_id = ${add(filter.teamId)}`);
  if (filter.channelKind) conditions.push(`${add(filter.channelKind)} = any(c.channel_kinds)`);
  if (filter.channelId) conditions.push(`${add(filter.channelId)}::uuid = any(c.channel_ids)`);
  if (filter.tag) conditions.push(`c.tags @> array[${add(filter.tag)}::text] and c.tags <> '{}'`);
  if (filter.customerId) {
    conditions.push(
      `c.customer_id = (select k.living_id from customers k where k.id = ${add(filter.customerId)}::uuid)`,
    );
  }
  if (filter.q) conditions.push(searched(add(likePattern(filter.q.form)), add(likePattern(filter.q.typed))));
  return conditions;
}

/** Indexed text, names and addresses; and what the indexer has not reached yet, as it was typed. */
const searched = (form: string, typed: string): string => `c.id = any(array(
  select e.conversation_id from search_entries e where e.body like ${form}
  union
  select m.conversation_id from search_pending s join messages m on m.id = s.message_id
  where m.text ilike ${typed} or m.subject ilike ${typed} or m.from_name ilike ${typed} or m.from_address ilike ${typed}
  union
  select o.id from customer_search f join customers k on k.id = f.customer_id
  join conversations o on o.customer_id = k.living_id where f.body like ${form}
))`;

export const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

export interface LinkRow {
  conversationId: string;
  kind: 'continues' | 'claims' | 'merged' | 'split';
  otherId: string;
  direction: 'from' | 'to';
}

export async function listLinks(db: Queryable, ids: string[]): Promise<LinkRow[]> {
  return db.query<LinkRow>(
    `select from_id as "conversationId", kind, to_id as "otherId", 'to' as direction
     from conversation_links where from_id = any($1::uuid[]) and ended_at is null
     union all
     select to_id, kind, from_id, 'from' from conversation_links where to_id = any($1::uuid[]) and ended_at is null`,
    [ids],
  );
}

export interface CountsRow {
  inbox: number;
  mine: number;
  unassigned: number;
  late: number;
}

export async function countOpen(db: Queryable, access: Access, now: Date): Promise<CountsRow> {
  const [row] = await db.query<CountsRow>(
    `select count(*)::int as inbox, (count(*) filter (where c.assignee_id = $3))::int as mine,
            (count(*) filter (where c.assignee_id is null))::int as unassigned,
            (count(*) filter (where c.due_at < $4::timestamptz))::int as late
     from conversations c where c.status = 'open' and ${visible(1)}`,
    [access.everything, access.teamIds, access.personId, now],
  );
  return row!;
}
