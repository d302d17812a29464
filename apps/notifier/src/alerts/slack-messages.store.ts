import type { Queryable, Tx } from '#database';
import type { OpenDigest } from './flood.rules.js';
import type { SlackMessage } from './slack.rules.js';

const FACTS = `m.id, m.destination_id as "destinationId", m.kind, m.after_downtime as "afterDowntime", m.state, m.reason,
  m.wanted_version as "wantedVersion", m.shown_version as "shownVersion", m.slack_channel_id as "slackChannelId", m.ts,
  m.unsure, m.tries, m.next_at as "nextAt", m.attempt_at as "attemptAt", m.worker, m.lease_until as "leaseUntil",
  m.trouble_since as "troubleSince", m.created_at as "createdAt"`;

export interface NewMessage {
  id: string;
  destinationId: string;
  kind: SlackMessage['kind'];
  afterDowntime: boolean;
  items: number;
}

export async function insertMessages(tx: Tx, messages: NewMessage[], now: Date): Promise<void> {
  if (messages.length === 0) return;
  await tx.query(
    `insert into slack_messages (id, destination_id, kind, after_downtime, state, items, last_added_at, next_at,
       created_at, updated_at)
     select n.id, n."destinationId", n.kind, n."afterDowntime", 'queued', n.items, $2::timestamptz, $2::timestamptz,
            $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as n(id uuid, "destinationId" uuid, kind text, "afterDowntime" boolean, items int)`,
    [JSON.stringify(messages), now],
  );
}

/** The digest of each destination that was added to last. */
export async function lastDigests(tx: Tx, destinationIds: string[]): Promise<Map<string, OpenDigest>> {
  const rows = await tx.query<OpenDigest & { destinationId: string }>(
    `select distinct on (destination_id) destination_id as "destinationId", id, items, last_added_at as "lastAddedAt"
     from slack_messages where kind = 'digest' and destination_id = any($1::uuid[]) and state in ('queued', 'sending', 'sent')
     order by destination_id, last_added_at desc, id desc`,
    [destinationIds],
  );
  return new Map(rows.map((row) => [row.destinationId, row]));
}

/** One that could not be posted yet is looked at again: the further customers are told elsewhere as well. */
export async function addItems(tx: Tx, added: { id: string; items: number }[], now: Date): Promise<void> {
  if (added.length === 0) return;
  await tx.query(
    `update slack_messages m set items = m.items + n.items, last_added_at = $2::timestamptz,
       told_otherwise_at = case when m.state = 'sent' then m.told_otherwise_at end
     from jsonb_to_recordset($1::jsonb) as n(id uuid, items int) where m.id = n.id`,
    [JSON.stringify(added), now],
  );
}

/** In id order, so that two transactions never wait for each other. */
export async function lockMessages(tx: Tx, ids: string[]): Promise<SlackMessage[]> {
  return tx.query<SlackMessage>(
    `select ${FACTS} from slack_messages m where m.id = any($1::uuid[]) order by m.id for update`,
    [ids],
  );
}

/** Messages to post or to draw again, of destinations that Slack lets us talk to. */
export async function lockDueMessages(tx: Tx, now: Date, limit: number): Promise<SlackMessage[]> {
  return tx.query<SlackMessage>(
    `select ${FACTS} from slack_messages m join destinations d on d.id = m.destination_id
     where m.next_at <= $1::timestamptz and m.state in ('queued', 'sent')
       and (d.paused_until is null or d.paused_until <= $1::timestamptz)
     order by m.next_at, m.id limit $2 for update of m skip locked`,
    [now, limit],
  );
}

export async function lockAbandonedMessages(tx: Tx, now: Date, dead: string[]): Promise<SlackMessage[]> {
  return tx.query<SlackMessage>(
    `select ${FACTS} from slack_messages m
     where m.worker is not null and (m.lease_until <= $1::timestamptz or m.worker = any($2::text[]))
     order by m.id for update skip locked`,
    [now, dead],
  );
}

/**
 * Not posted for so long that somebody else has to be told, be it refused or kept waiting behind one that was slowed
 * down; marks them as taken care of.
 */
export async function takeSilent(tx: Tx, since: Date, now: Date): Promise<{ id: string; reason: string | null }[]> {
  return tx.query(
    `update slack_messages m set told_otherwise_at = $2::timestamptz
     where m.told_otherwise_at is null and (
       m.trouble_since is not null and m.state in ('queued', 'sending', 'failed')
         and (m.trouble_since <= $1::timestamptz or m.state = 'failed')
       or m.next_at is not null and m.state = 'queued' and m.created_at <= $1::timestamptz and exists (
         select 1 from destinations d where d.id = m.destination_id and d.paused_until > $2::timestamptz))
     returning m.id, coalesce(m.reason, 'Slack asked us to wait') as reason`,
    [since, now],
  );
}

/** Writes what the rules decided, all rows with one statement. */
export async function saveMessages(tx: Tx, messages: SlackMessage[], now: Date): Promise<void> {
  if (messages.length === 0) return;
  await tx.query(
    `update slack_messages m set state = n.state, reason = n.reason, wanted_version = n."wantedVersion",
       shown_version = n."shownVersion", slack_channel_id = n."slackChannelId", ts = n.ts, unsure = n.unsure,
       tries = n.tries, next_at = n."nextAt", attempt_at = n."attemptAt", worker = n.worker,
       lease_until = n."leaseUntil", trouble_since = n."troubleSince", updated_at = $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as n(id uuid, state text, reason text, "wantedVersion" int,
       "shownVersion" int, "slackChannelId" text, ts text, unsure boolean, tries int, "nextAt" timestamptz,
       "attemptAt" timestamptz, worker text, "leaseUntil" timestamptz, "troubleSince" timestamptz)
     where m.id = n.id`,
    [JSON.stringify(messages), now],
  );
}

export async function messageHolders(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ worker: string }>(
    'select distinct worker from slack_messages where worker is not null',
  );
  return rows.map((row) => row.worker);
}

/** When there will be something to do next, as far as can be told now. */
export async function nextMessageAt(db: Queryable, now: Date): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    `select least(
       (select min(greatest(m.next_at, d.paused_until)) from slack_messages m join destinations d on d.id = m.destination_id
        where m.next_at is not null and greatest(m.next_at, d.paused_until) > $1::timestamptz),
       (select min(lease_until) from slack_messages where worker is not null)) as at`,
    [now],
  );
  return row?.at ?? null;
}
