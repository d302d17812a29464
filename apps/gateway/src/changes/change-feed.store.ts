import type { Queryable } from '#database';

export interface ChangeRow {
  position: string;
  id: string;
  type: string;
  conversationId: string | null;
  seq: number | null;
  version: number | null;
  occurredAt: Date;
  payload: Record<string, unknown>;
  everybody: boolean;
  teamIds: string[];
  personIds: string[];
}

/** Null: sees everything. */
export type FeedAcl = { personId: string; teamIds: string[] } | null;

/** One look at the feed: rows after a position, and where the feed ended in the same snapshot. */
export interface FeedSlice {
  rows: ChangeRow[];
  head: string;
}

/** At most this many changes are looked through in one statement, visible or not. */
export const WINDOW = 5_000;

/**
 * Whoever sees the conversation now sees its changes; who lost it by a change sees that one, so that it leaves his list.
 * A customer's change is seen by whoever sees one of the customer's conversations.
 */
const SLICE = `
  with head as (select last_cursor from change_head)
  select head.last_cursor::text as head, s.*
  from head left join lateral (
    select c.cursor::text as position, c.event_id as id, c.type, c.conversation_id as "conversationId", c.seq,
           c.version, c.occurred_at as "occurredAt", c.payload, coalesce(a.everybody, false) as everybody,
           a.teams || array_remove(array[c.former_team_id], null) as "teamIds",
           a.persons || array_remove(array[c.former_assignee_id], null) as "personIds"
    from changes c
    cross join lateral (
      select bool_or(v.channel_team_ids = '{}') as everybody,
             array_remove(coalesce(array_agg(v.assignee_id), '{}'), null) as persons,
             coalesce(array_agg(t.id) filter (where t.id is not null), '{}') as teams
      from conversation_audiences v left join lateral unnest(v.channel_team_ids || v.team_id) as t(id) on true
      where v.conversation_id = any(coalesce(c.conversation_ids, array[c.conversation_id]))
    ) a
    where c.cursor > $1::bigint and c.cursor <= $1::bigint + ${WINDOW}
      and ($2::uuid is null or a.everybody
           or $2 = any(a.persons) or $2 = c.former_assignee_id
           or a.teams && $3::uuid[] or c.former_team_id = any($3::uuid[]))
    order by c.cursor limit $4
  ) s on true
  order by s.position::bigint`;

/** @param after a position; @param limit visible rows at most, within the next WINDOW changes */
export async function readSlice(db: Queryable, acl: FeedAcl, after: string, limit: number): Promise<FeedSlice> {
  const rows = await db.query<ChangeRow & { head: string }>(SLICE, [
    after,
    acl?.personId ?? null,
    acl?.teamIds ?? [],
    limit,
  ]);
  return { head: rows[0]!.head, rows: rows.filter((row) => row.position !== null) };
}

export async function readHead(db: Queryable): Promise<string> {
  const [row] = await db.query<{ head: string }>('select last_cursor::text as head from change_head');
  return row!.head;
}
