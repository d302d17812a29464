import type { ChannelChanged, ChannelKind, PersonView, TeamView } from '#contracts';
import type { Queryable, Tx } from '#database';

export interface ChannelRow {
  id: string;
  kind: ChannelKind;
  name: string;
  address: string;
  config: Record<string, unknown>;
  sealedSecrets: string;
  removed: boolean;
}

export type PersonRow = Omit<PersonView, 'active' | 'phone'> & { phone: string | null };

/** The last word about each channel of a batch. */
export async function keepChannels(tx: Tx, channels: ChannelChanged[], now: Date): Promise<void> {
  if (channels.length === 0) return;
  await tx.query(
    `insert into channels (id, kind, name, address, config, sealed_secrets, team_ids, removed, changed_at)
     select c.id, c.kind, c.name, c.address, c.config, c."sealedSecrets",
            array(select jsonb_array_elements_text(c."teamIds")::uuid), c.removed, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as c(id uuid, kind text, name text, address text, config jsonb,
       "sealedSecrets" text, "teamIds" jsonb, removed boolean)
     on conflict (id) do update set kind = excluded.kind, name = excluded.name, address = excluded.address,
       config = excluded.config, sealed_secrets = excluded.sealed_secrets, team_ids = excluded.team_ids,
       removed = excluded.removed, changed_at = excluded.changed_at`,
    [JSON.stringify(lastOfEach(channels)), now],
  );
}

export async function keepPeople(tx: Tx, people: PersonView[], now: Date): Promise<void> {
  if (people.length === 0) return;
  await tx.query(
    `insert into people (id, email, name, role, team_ids, language, time_zone, phone, active, changed_at)
     select p.id, p.email, p.name, p.role, array(select jsonb_array_elements_text(p."teamIds")::uuid), p.language,
            p."timeZone", p.phone, p.active, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as p(id uuid, email text, name text, role text, "teamIds" jsonb,
       language text, "timeZone" text, phone text, active boolean)
     on conflict (id) do update set email = excluded.email, name = excluded.name, role = excluded.role,
       team_ids = excluded.team_ids, language = excluded.language, time_zone = excluded.time_zone,
       phone = excluded.phone, active = excluded.active, changed_at = excluded.changed_at`,
    [JSON.stringify(lastOfEach(people)), now],
  );
}

export async function keepTeams(tx: Tx, teams: TeamView[], now: Date): Promise<void> {
  if (teams.length === 0) return;
  await tx.query(
    `insert into teams (id, name, member_ids, changed_at)
     select t.id, t.name, array(select jsonb_array_elements_text(t."memberIds")::uuid), $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as t(id uuid, name text, "memberIds" jsonb)
     on conflict (id) do update set name = excluded.name, member_ids = excluded.member_ids,
       changed_at = excluded.changed_at`,
    [JSON.stringify(lastOfEach(teams)), now],
  );
}

const CHANNEL = 'select id, kind, name, address, config, sealed_secrets as "sealedSecrets", removed from channels';

export async function loadChannel(db: Queryable, id: string): Promise<ChannelRow | null> {
  const [row] = await db.query<ChannelRow>(`${CHANNEL} where id = $1`, [id]);
  return row ?? null;
}

/** Channels in use, the oldest first: the first email channel lends its address to mails to staff. */
export async function loadChannels(db: Queryable, kind: ChannelKind): Promise<ChannelRow[]> {
  return db.query<ChannelRow>(`${CHANNEL} where kind = $1 and not removed order by id`, [kind]);
}

export async function loadPeople(db: Queryable): Promise<PersonRow[]> {
  return db.query<PersonRow>(
    `select id, email, name, role, team_ids as "teamIds", language, time_zone as "timeZone", phone
     from people where active order by id`,
  );
}

export async function loadTeams(db: Queryable): Promise<TeamView[]> {
  return db.query<TeamView>('select id, name, member_ids as "memberIds" from teams order by id');
}

function lastOfEach<T extends { id: string }>(list: T[]): T[] {
  return [...new Map(list.map((item) => [item.id, item])).values()];
}
