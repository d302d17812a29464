import type { Queryable, Tx } from '#database';
import type { AlertFacts, Ended } from './alert.rules.js';
import type { Recipient } from './recipients.rules.js';

export interface NewAlert extends Recipient {
  id: string;
  escalationId: string;
  waitId: string;
  conversationId: string;
  level: number;
  breached: boolean;
  facts: AlertFacts;
  why: string | null;
  state: 'queued' | 'recorded' | 'skipped' | 'failed';
  reason: string | null;
  slackMessageId: string | null;
}

/** Escalations of the batch that are known already (a batch that comes again adds nothing). */
export async function knownEscalations(tx: Tx, ids: string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    'select distinct escalation_id as id from alerts where escalation_id = any($1::uuid[])',
    [ids],
  );
  return new Set(rows.map((row) => row.id));
}

export interface EarlierPost {
  waitId: string;
  destinationId: string;
  breached: boolean;
  slackMessageId: string;
}

/** Slack messages that tell, or are about to tell, of these waits. */
export async function earlierPosts(tx: Tx, waitIds: string[]): Promise<EarlierPost[]> {
  return tx.query<EarlierPost>(
    `select a.wait_id as "waitId", a.destination_id as "destinationId", a.breached, a.slack_message_id as "slackMessageId"
     from alerts a join slack_messages m on m.id = a.slack_message_id
     where a.wait_id = any($1::uuid[]) and a.kind = 'slack' and m.state in ('queued', 'sending', 'sent')`,
    [waitIds],
  );
}

/** How many alerts each destination got since `since`. */
export async function recentCounts(tx: Tx, destinationIds: string[], since: Date): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; n: number }>(
    `select destination_id as id, count(*)::int as n from alerts
     where destination_id = any($1::uuid[]) and created_at > $2::timestamptz group by destination_id`,
    [destinationIds, since],
  );
  return new Map(rows.map((row) => [row.id, row.n]));
}

export async function insertAlerts(tx: Tx, alerts: NewAlert[], now: Date): Promise<void> {
  if (alerts.length === 0) return;
  await tx.query(
    `insert into alerts (id, escalation_id, wait_id, conversation_id, level, breached, kind, target, destination_id,
       channel_id, language, time_zone, facts, why, state, reason, slack_message_id, next_at, created_at, updated_at)
     select n.id, n."escalationId", n."waitId", n."conversationId", n.level, n.breached, n.kind, n.target,
            n."destinationId", n."channelId", n.language, n."timeZone", n.facts, n.why, n.state, n.reason,
            n."slackMessageId", case when n.state = 'queued' and n.kind <> 'slack' then $2::timestamptz end,
            $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as n(id uuid, "escalationId" uuid, "waitId" uuid, "conversationId" uuid,
       level int, breached boolean, kind text, target text, "destinationId" uuid, "channelId" uuid, language text,
       "timeZone" text, facts jsonb, why text, state text, reason text, "slackMessageId" uuid)
     on conflict (escalation_id, kind, target) do nothing`,
    [JSON.stringify(alerts), now],
  );
}

/** The Slack messages that show these waits. */
export async function messagesOfWaits(tx: Tx, waitIds: string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select distinct slack_message_id as id from alerts
     where wait_id = any($1::uuid[]) and slack_message_id is not null`,
    [waitIds],
  );
  return rows.map((row) => row.id);
}

/**
 * What became of waits: kept with their alerts. What was only queued for people is told no more.
 * Answers the Slack messages in which something changed; lock them before (everybody locks messages, then alerts).
 */
export async function endAlerts(tx: Tx, ends: Map<string, Ended | null>, now: Date): Promise<Set<string>> {
  const rows = await tx.query<{ id: string | null }>(
    `update alerts a set ended = n.ended, updated_at = $2::timestamptz,
       state = case when a.state = 'queued' and a.kind <> 'slack' and n.ended is not null then 'skipped' else a.state end,
       reason = case when a.state = 'queued' and a.kind <> 'slack' and n.ended is not null
         then 'It ended before anybody was told' else a.reason end,
       next_at = case when n.ended is not null then null else a.next_at end
     from jsonb_to_recordset($1::jsonb) as n("waitId" uuid, ended jsonb)
     where a.wait_id = n."waitId" and a.ended is distinct from n.ended
     returning a.slack_message_id as id`,
    [JSON.stringify([...ends].map(([waitId, ended]) => ({ waitId, ended }))), now],
  );
  return new Set(rows.flatMap((row) => row.id ?? []));
}

export interface ShownAlert {
  id: string;
  facts: AlertFacts;
  why: string | null;
  ended: Ended | null;
  ownerName: string | null;
  teamName: string | null;
  answeredByName: string | null;
}

const SHOWN = `a.id, a.facts, a.why, a.ended,
  (select p.name from people p where p.id::text = a.facts ->> 'assigneeId') as "ownerName",
  (select t.name from teams t where t.id::text = a.facts ->> 'teamId') as "teamName",
  (select p.name from people p where p.id::text = a.ended ->> 'byId') as "answeredByName"`;

/** One line a wait: a later level of the same breach replaces the earlier one. */
export async function alertsOfMessage(db: Queryable, slackMessageId: string): Promise<ShownAlert[]> {
  return db.query<ShownAlert>(
    `select s.* from (
       select distinct on (a.wait_id) ${SHOWN}, a.facts ->> 'dueAt' as due from alerts a
       where a.slack_message_id = $1 order by a.wait_id, a.level desc) s
     order by s.due, s.id`,
    [slackMessageId],
  );
}

export async function loadShown(db: Queryable, ids: string[]): Promise<ShownAlert[]> {
  return db.query<ShownAlert>(
    `select ${SHOWN} from alerts a where a.id = any($1::uuid[]) order by a.facts ->> 'dueAt', a.id`,
    [ids],
  );
}

/** True when every wait that the message shows has ended. */
export async function allEnded(tx: Tx, slackMessageIds: string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `select slack_message_id as id from alerts where slack_message_id = any($1::uuid[])
     group by slack_message_id having bool_and(ended is not null)`,
    [slackMessageIds],
  );
  return new Set(rows.map((row) => row.id));
}

/** The alerts of a Slack message share its fate. */
export async function settleAlertsOf(
  tx: Tx,
  message: { id: string; state: 'queued' | 'sent' | 'skipped' | 'failed'; reason: string | null },
  now: Date,
): Promise<void> {
  await tx.query(
    `update alerts set state = $2, reason = $3, updated_at = $4::timestamptz
     where slack_message_id = $1 and state <> $2 and state <> 'sent'`,
    [message.id, message.state, message.reason, now],
  );
}
