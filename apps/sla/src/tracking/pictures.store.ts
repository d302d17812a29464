import { arrayText, type Tx } from '#database';
import type { Conversation, Reply, Wait } from '../clock/model.rules.js';
import type { Loaded, RecentPictures } from './recent-pictures.js';
import { fromRow, type Row } from './rows.js';

export interface LoadedAll {
  byId: Map<string, Loaded>;
  /** The ranked list of policies that new messages are judged by. */
  listVersion: number;
}

interface LoadedRow {
  listVersion: number;
  /** Conversations that were there to be locked. */
  locked: number;
  /** Null when there was nothing to be read; the other columns are null then, too. */
  id: string | null;
  lockedRevision: string;
  conversation: Row;
  waits: { wait: Row; levels: Row[] }[];
  replies: Row[];
}

/** A reply that a decision is about; whatever is remembered of its conversation has no replies in it. */
export interface ReplyKey {
  conversationId: string;
  messageId: string;
}

/**
 * Locks the conversations, always in id order, and reads all that a decision may depend on, in one statement, but for what
 * this process wrote last and still has. Whoever waited for a lock has read with a snapshot from before: then revisions
 * differ, and a second reading, now under the lock, is right. A conversation that is not there is made when it is written.
 * @param noSpam of which the waits that ended as spam are read, too
 */
export async function lockPictures(
  tx: Tx,
  { ids, replies, noSpam, recent }: { ids: string[]; replies: ReplyKey[]; noSpam: string[]; recent: RecentPictures },
): Promise<LoadedAll> {
  const needsMore = new Set([...replies.map(({ conversationId }) => conversationId), ...noSpam]);
  const wanted = { ids, messageIds: replies.map(({ messageId }) => messageId), noSpam };
  const byId = recent.known(ids.filter((id) => !needsMore.has(id)));
  const read = await lockAndRead(tx, wanted, byId);
  return read ?? (await lockAndRead(tx, wanted, new Map()))!;
}

/** @returns null when what was read is older than the lock */
async function lockAndRead(
  tx: Tx,
  { ids, messageIds, noSpam }: { ids: string[]; messageIds: string[]; noSpam: string[] },
  byId: Map<string, Loaded>,
): Promise<LoadedAll | null> {
  const revisions = ids.map((id) => byId.get(id)?.revision ?? null);
  const remembered = byId.size;
  const rows = await tx.query<LoadedRow>(LOCK_AND_READ, [ids, revisions, messageIds, noSpam].map(arrayText));
  let rememberedToo = rows[0]!.locked;
  for (const row of rows) {
    if (row.id === null) break;
    if (Number(row.conversation['revision']) !== Number(row.lockedRevision)) return null;
    if (!byId.has(row.id)) rememberedToo -= 1;
    byId.set(row.id, toLoaded(row));
  }
  if (rememberedToo !== remembered) return null; // one that is remembered is not there any more
  for (const id of ids) if (!byId.has(id)) byId.set(id, unknown(id));
  return { byId, listVersion: rows[0]!.listVersion };
}

/** Of the conversations that are known as they are, nothing comes back. */
const LOCK_AND_READ = `
  with locked as materialized (
    select c.id, c.revision, wanted.revision as known
    from unnest($1::uuid[], $2::bigint[]) as wanted(id, revision) join conversations c on c.id = wanted.id
    order by c.id for no key update of c
  )
  select (select max(version) from policy_lists) as "listVersion", (select count(*)::int from locked) as locked, u.*
  from (select 1) one left join lateral (
    select l.id, l.revision::text as "lockedRevision", row_to_json(c) as conversation,
           coalesce(w.waits, '[]') as waits, coalesce(r.replies, '[]') as replies
    from locked l
    join conversations c on c.id = l.id
    left join lateral (
      select json_agg(r) as replies, array_agg(r.message_id) as message_ids
      from replies r
      where r.conversation_id = l.id and (
        r.message_id = any($3::uuid[]) or r.handover_due_at is not null or r.released_at >= (
          select min(x.released_at) from replies x
          where x.conversation_id = l.id and (x.message_id = any($3::uuid[]) or x.handover_due_at is not null)
        )
      )
    ) r on true
    left join lateral (
      -- json, not jsonb: a row of fifty columns is written down in half the time
      select json_agg(json_build_object('wait', w, 'levels', (
               select coalesce(json_agg(e order by e.level), '[]') from escalations e where e.wait_id = w.id
             )) order by w.opened_at, w.id) as waits
      from (
        select * from waits where thread_id = l.id and state = 'open'
        union all
        select * from waits where answer_message_id = any(r.message_ids) and thread_id = l.id and state = 'ended'
        union all
        select * from waits where l.id = any($4::uuid[]) and thread_id = l.id and state = 'ended' and reason = 'spam'
      ) w
    ) w on true
    where l.revision is distinct from l.known
  ) u on true`;

function toLoaded(row: LoadedRow): Loaded {
  const { nextAt, revision, ...conversation } = fromRow<Conversation & { nextAt: Date | null; revision: number }>(
    row.conversation,
  );
  const picture = { conversation, waits: row.waits.map(toWait), replies: row.replies.map(fromRow<Reply>) };
  return { picture, nextAt, revision };
}

function toWait({ wait, levels }: LoadedRow['waits'][number]): Wait {
  return { levels: levels.map(fromRow<Wait['levels'][number]>), ...fromRow<Omit<Wait, 'levels'>>(wait) };
}

function unknown(id: string): Loaded {
  const conversation: Conversation = {
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
  return { picture: { conversation, waits: [], replies: [] }, nextAt: null, revision: null };
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
