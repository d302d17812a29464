import type { Tx } from '#database';
import type { Conversation, Reply, Wait } from '../clock/model.rules.js';
import type { Loaded, RecentPictures } from './recent-pictures.js';
import { fromRow, type Row } from './rows.js';

export interface LoadedAll {
  byId: Map<string, Loaded>;
  /** The ranked list of policies that new messages are judged by. */
  listVersion: number;
}

interface LoadedRow {
  id: string;
  lockedRevision: string;
  /** The caller has it as of this revision: nothing was read. */
  known: boolean;
  conversation: Row | null;
  waits: { wait: Row; levels: Row[] }[];
  replies: Row[];
  listVersion: number;
}

/**
 * Locks the conversations (made where they are new, always in id order) and reads all that a decision may depend on, in
 * one statement, but for what this process wrote last and still has. Whoever waited for a lock has read with a snapshot
 * from before: then revisions differ, and a second reading, now under the lock, is right.
 */
export async function lockPictures(
  tx: Tx,
  { ids, messageIds, recent }: { ids: string[]; messageIds: string[]; recent: RecentPictures },
): Promise<LoadedAll> {
  const known = messageIds.length > 0 ? { ids: [], revisions: [] } : recent.known(ids);
  const toEntry = (row: LoadedRow): [string, Loaded | null] => [
    row.id,
    row.known ? recent.before(row.id, revisionOf(row)) : isStale(row) ? null : toLoaded(row),
  ];
  let rows = await tx.query<LoadedRow>(LOCK_AND_READ, [ids, messageIds, known.ids, known.revisions]);
  let entries = rows.map(toEntry);
  if (entries.some(([, loaded]) => loaded === null)) {
    rows = await tx.query<LoadedRow>(LOCK_AND_READ, [ids, messageIds, [], []]);
    entries = rows.map(toEntry);
  }
  return { byId: new Map(entries as [string, Loaded][]), listVersion: rows[0]?.listVersion ?? 1 };
}

const revisionOf = (row: LoadedRow): number => Number(row.lockedRevision);

function isStale({ lockedRevision, conversation }: LoadedRow): boolean {
  const locked = Number(lockedRevision);
  return conversation === null ? locked !== 0 : Number(conversation['revision']) + 1 !== locked;
}

const LOCK_AND_READ = `
  with locked as (
    insert into conversations (id)
    select distinct wanted.id from unnest($1::uuid[]) as wanted(id) order by wanted.id
    on conflict (id) do update set revision = conversations.revision + 1
    returning id, revision
  ), judged as (
    select l.id, l.revision, k.id is not null as known
    from locked l left join unnest($3::uuid[], $4::bigint[]) as k(id, revision)
      on k.id = l.id and k.revision = l.revision - 1
  )
  select l.id, l.revision::text as "lockedRevision", l.known, row_to_json(c) as conversation,
         coalesce(w.waits, '[]') as waits, coalesce(r.replies, '[]') as replies,
         (select max(version) from policy_lists) as "listVersion"
  from judged l
  left join conversations c on c.id = l.id and not l.known
  left join lateral (
    select json_agg(r) as replies, array_agg(r.message_id) as message_ids
    from replies r
    where not l.known and r.conversation_id = l.id and (
      r.message_id = any($2::uuid[]) or r.handover_due_at is not null or r.released_at >= (
        select min(x.released_at) from replies x
        where x.conversation_id = l.id and (x.message_id = any($2::uuid[]) or x.handover_due_at is not null)
      )
    )
  ) r on true
  left join lateral (
    -- json, not jsonb: a row of fifty columns is written down in half the time
    select json_agg(json_build_object('wait', w, 'levels', (
             select coalesce(json_agg(e order by e.level), '[]') from escalations e where e.wait_id = w.id
           )) order by w.opened_at, w.id) as waits
    from (
      select * from waits where not l.known and thread_id = l.id and state = 'open'
      union all
      select * from waits where not l.known and answer_message_id = any(r.message_ids) and thread_id = l.id and state = 'ended'
    ) w
  ) w on true`;

function toLoaded(row: LoadedRow): Loaded {
  const revision = revisionOf(row);
  if (!row.conversation) {
    const picture = { conversation: unknownConversation(row.id), waits: [], replies: [] };
    return { picture, nextAt: null, revision };
  }
  const { nextAt, ...conversation } = fromRow<Conversation & { nextAt: Date | null }>(row.conversation);
  const picture = { conversation, waits: row.waits.map(toWait), replies: row.replies.map(fromRow<Reply>) };
  return { picture, nextAt, revision };
}

function toWait({ wait, levels }: LoadedRow['waits'][number]): Wait {
  return { ...fromRow<Wait>(wait), levels: levels.map(fromRow<Wait['levels'][number]>) };
}

function unknownConversation(id: string): Conversation {
  return {
    id,
    version: 0,
    customerId: null,
    customerName: '',
    status: 'open',
    priority: 'normal',
    tags: [],
    subject: null,
    preview: '',
    channelTeamIds: [],
    teamId: null,
    assigneeId: null,
    assignedAt: null,
    humanReplied: false,
    mergedIntoId: null,
  };
}

/** Conversations with something due before `now`, the longest due first, locked; another worker's are passed by. */
export async function claimDue(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from conversations where next_at < $1::timestamptz order by next_at limit $2 for update skip locked`,
    [now, limit],
  );
  return rows.map((row) => row.id);
}

/** The next instant at which anything is due; null: nothing ever. */
export async function nextDueAt(tx: Pick<Tx, 'query'>): Promise<Date | null> {
  const [row] = await tx.query<{ next: Date | null }>('select min(next_at) as next from conversations');
  return row?.next ?? null;
}

/** For metrics: open ones over the partial index, broken promises from their counter. */
export async function countWaits(
  db: Pick<Tx, 'query'>,
): Promise<{ open: number; unpromised: number; breached: number }> {
  const [row] = await db.query<{ open: number; unpromised: number; breached: number }>(
    `select count(*)::float8 as open, count(*) filter (where deadline_at is null)::float8 as unpromised,
            (select value::float8 from counters where name = 'breached') as breached
     from waits where state = 'open' and kind in ('first_response', 'next_response')`,
  );
  return row!;
}
