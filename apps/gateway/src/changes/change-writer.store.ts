import { packed, type Tx, unpacked } from '#database';
import type { NewAudience, NewChange } from './public-changes.rules.js';

/**
 * Cursors are given out under this lock, held until the commit: they commit in order, and who reads up to one has
 * everything before it. A statement of its own, so that the next one sees what was committed while it waited.
 */
const LOCK_HEAD = { sql: 'select last_cursor from change_head for update', parameters: [] };

/**
 * Writes a batch: audiences, changes that are new, and those that waited for the conversation to become known.
 * An event that is there already (a relay may repeat one) adds nothing. Goes with the commit: the lock is held shortly.
 */
export function writeChanges(tx: Tx, changes: NewChange[], audiences: NewAudience[]): void {
  const { bytes, starts, lengths } = packed(changes.map((change) => JSON.stringify(change.payload)));
  const parameters = [
    changes.map((change) => change.eventId),
    changes.map((change) => change.type),
    changes.map((change) => change.conversationId),
    changes.map((change) => change.seq),
    changes.map((change) => change.version),
    changes.map((change) => change.occurredAt),
    starts,
    bytes,
    lengths,
    JSON.stringify(changes.filter(isRare)),
    JSON.stringify(audiences),
  ];
  tx.withCommit(LOCK_HEAD);
  tx.withCommit({ sql: WRITE, parameters });
}

/** It concerns more than one conversation, or takes one away from somebody. */
const isRare = (change: NewChange): boolean =>
  (change.conversationIds ?? change.formerTeamId ?? change.formerAssigneeId) !== null;

/**
 * Teams of these channels as gateway knows them now, whatever an event on its way still says; one channel for everybody
 * opens the conversation to everybody. Null when none is known.
 */
const teamsOf = (channelIds: string) => `(
  select case when bool_or(k.team_ids = '{}') then '{}' else array_agg(distinct t.id) end
  from channels k left join lateral unnest(k.team_ids) as t(id) on true
  where k.id = any(${channelIds}))`;

/**
 * A channel was given to other teams: who sees its conversations follows at once (security.md D5). Under the feed's lock,
 * so that no batch writes what it read before.
 */
export async function refreshAudiences(tx: Tx, channelId: string): Promise<void> {
  await tx.query(LOCK_HEAD.sql);
  await tx.query(
    `update conversation_audiences a set channel_team_ids = coalesce(${teamsOf('a.channel_ids')}, a.channel_team_ids)
     where $1::uuid = any(a.channel_ids)`,
    [channelId],
  );
}

/** Channels that come together in a batch are few, its conversations many: teams are looked up once for each set. */
const WRITE = `
  with told as (
    select * from jsonb_to_recordset($11::jsonb) as a("conversationId" uuid, "channelIds" uuid[], "channelTeamIds" uuid[],
                                                      "teamId" uuid, "assigneeId" uuid, version bigint)
  ), sets as (
    select d."channelIds", ${teamsOf('d."channelIds"')} as teams from (select distinct "channelIds" from told) d
  ), audience as (
    select a."conversationId", a."teamId", a."assigneeId", a.version, a."channelIds",
           coalesce(s.teams, a."channelTeamIds") as teams
    from told a join sets s using ("channelIds")
  ), known as (
    -- a row keeps the version at which it last changed: whatever is older than that says something else
    insert into conversation_audiences as c (conversation_id, channel_ids, channel_team_ids, team_id, assignee_id, version)
    select "conversationId", "channelIds", teams, "teamId", "assigneeId", version from audience a
    where not exists (
      select 1 from conversation_audiences k
      where k.conversation_id = a."conversationId" and k.channel_ids = a."channelIds" and k.channel_team_ids = a.teams
        and k.team_id is not distinct from a."teamId" and k.assignee_id is not distinct from a."assigneeId"
    )
    on conflict (conversation_id) do update
      set channel_ids = excluded.channel_ids, channel_team_ids = excluded.channel_team_ids,
          team_id = excluded.team_id, assignee_id = excluded.assignee_id, version = excluded.version
      where excluded.version >= c.version
  ), fresh as (
    select g.id as "eventId", g.type, g.conversation as "conversationId", g.seq, g.version, g.at as "occurredAt", g.ord,
           convert_from(${unpacked(8, 'g')}, 'UTF8')::jsonb as payload,
           r."conversationIds", r."formerTeamId", r."formerAssigneeId"
    from unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::int[], $6::timestamptz[], $7::int[], $9::int[])
           with ordinality as g(id, type, conversation, seq, version, at, start, length, ord)
    left join jsonb_to_recordset($10::jsonb) as r("eventId" uuid, "conversationIds" jsonb, "formerTeamId" uuid,
                                                  "formerAssigneeId" uuid) on r."eventId" = g.id
    where not exists (select 1 from changes c where c.event_id = g.id)
  ), judged as (
    select f.*, f."conversationId" is null
             or exists (select 1 from conversation_audiences a where a.conversation_id = f."conversationId")
             or exists (select 1 from audience a where a."conversationId" = f."conversationId") as placeable
    from fresh f
  ), waiting as (
    select c.event_id, row_number() over (order by c.occurred_at, c.event_id) as rank
    from changes c where c.cursor is null and c.conversation_id in (select "conversationId" from audience)
  ), ranked as (
    select j.*, case when placeable then row_number() over (partition by placeable order by ord) end as rank from judged j
  ), head as (
    update change_head set last_cursor = last_cursor + (select count(*) from ranked where placeable)
                                                     + (select count(*) from waiting)
    where (select count(*) from ranked where placeable) + (select count(*) from waiting) > 0
    returning last_cursor - (select count(*) from ranked where placeable) - (select count(*) from waiting) as before,
              last_cursor - (select count(*) from waiting) as after_fresh
  ), written as (
    insert into changes (event_id, cursor, type, conversation_id, conversation_ids, former_team_id, former_assignee_id,
                         seq, version, occurred_at, payload)
    select "eventId", head.before + rank, type, "conversationId",
           case when "conversationIds" is not null
                then array(select jsonb_array_elements_text("conversationIds")::uuid) end,
           "formerTeamId", "formerAssigneeId", seq, version, "occurredAt", payload
    from ranked left join head on ranked.placeable
    on conflict (event_id) do nothing
  )
  update changes c set cursor = head.after_fresh + w.rank
  from waiting w, head where c.event_id = w.event_id`;
