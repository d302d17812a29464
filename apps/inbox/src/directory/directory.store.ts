import type { ChannelKind, SlaKind } from '#contracts';
import { type Queryable, toJson } from '#database';

export interface ChannelRow {
  id: string;
  kind: ChannelKind;
  slaKind: SlaKind;
  name: string;
  address: string;
  displayName: string | null;
  removed: boolean;
}

const COLUMNS = `id, kind, sla_kind as "slaKind", name, address, display_name as "displayName", removed`;

export async function findChannel(db: Queryable, id: string): Promise<ChannelRow | null> {
  const [row] = await db.query<ChannelRow>(`select ${COLUMNS} from channels where id = $1`, [id]);
  return row ?? null;
}

/** Addresses that are ours: never offered as recipients. */
export async function listOwnAddresses(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ address: string }>(
    `select lower(address) as address from channels where kind = 'email'`,
  );
  return rows.map((row) => row.address);
}

export async function saveChannels(db: Queryable, channels: (ChannelRow & { teamIds: string[] })[]): Promise<void> {
  await db.query(
    `insert into channels (id, kind, sla_kind, name, address, display_name, team_ids, removed)
     select n.id, n.kind, n."slaKind", n.name, n.address, n."displayName", n."teamIds", n.removed
     from jsonb_to_recordset($1::jsonb) as n(id uuid, kind text, "slaKind" text, name text, address text,
       "displayName" text, "teamIds" uuid[], removed boolean)
     on conflict (id) do update set kind = excluded.kind, sla_kind = excluded.sla_kind, name = excluded.name,
       address = excluded.address, display_name = excluded.display_name, team_ids = excluded.team_ids,
       removed = excluded.removed`,
    [toJson(channels)],
  );
}

/**
 * Who sees the conversations of these channels follows the channel's teams at once (security.md D5). One channel for
 * everybody opens the conversation to everybody.
 */
export async function refreshAudiences(db: Queryable, channelIds: string[]): Promise<void> {
  await db.query(
    `with fresh as (
       select c.id, case when bool_or(k.team_ids = '{}') then '{}'::uuid[]
                    else (select array_agg(distinct t order by t) from channels a cross join unnest(a.team_ids) t
                          where a.id = any(c.channel_ids)) end as team_ids
       from conversations c join channels k on k.id = any(c.channel_ids)
       where c.channel_ids && $1::uuid[] group by c.id
     )
     update conversations c set channel_team_ids = f.team_ids from fresh f
     where c.id = f.id and c.channel_team_ids <> f.team_ids`,
    [channelIds],
  );
}

export async function savePeople(
  db: Queryable,
  people: { id: string; name: string; email: string; active: boolean }[],
): Promise<void> {
  await db.query(
    `insert into people (id, name, email, active)
     select n.id, n.name, n.email, n.active
     from jsonb_to_recordset($1::jsonb) as n(id uuid, name text, email text, active boolean)
     on conflict (id) do update set name = excluded.name, email = excluded.email, active = excluded.active`,
    [toJson(people)],
  );
}

export async function saveTeams(db: Queryable, teams: { id: string; name: string }[]): Promise<void> {
  await db.query(
    `insert into teams (id, name) select n.id, n.name from jsonb_to_recordset($1::jsonb) as n(id uuid, name text)
     on conflict (id) do update set name = excluded.name`,
    [toJson(teams)],
  );
}

export async function findPerson(db: Queryable, id: string): Promise<{ name: string; active: boolean } | null> {
  const [row] = await db.query<{ name: string; active: boolean }>('select name, active from people where id = $1', [
    id,
  ]);
  return row ?? null;
}

export async function teamExists(db: Queryable, id: string): Promise<boolean> {
  return (await db.query('select 1 from teams where id = $1', [id])).length > 0;
}
