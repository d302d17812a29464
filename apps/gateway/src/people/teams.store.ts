import type { TeamView } from '#contracts';
import { type Queryable, type Tx, violatedConstraint } from '#database';
import { conflict, invalid } from '#kernel';

const TEAM = `t.id, t.name,
  array(select m.person_id from team_members m where m.team_id = t.id order by m.person_id) as "memberIds"`;

export async function loadTeams(db: Queryable, ids: string[]): Promise<TeamView[]> {
  return db.query<TeamView>(`select ${TEAM} from teams t where t.id = any($1::uuid[]) order by t.id`, [ids]);
}

export async function listTeams(
  db: Queryable,
  after: { name: string; id: string } | null,
  limit: number,
): Promise<TeamView[]> {
  return db.query<TeamView>(
    `select ${TEAM} from teams t
     where $1::text is null or (lower(t.name), t.id) > (lower($1), $2::uuid)
     order by lower(t.name), t.id limit $3`,
    [after?.name ?? null, after?.id ?? null, limit],
  );
}

/** Inserts or renames. @throws DomainError team_name_taken */
export async function saveTeam(tx: Tx, team: { id: string; name: string }, now: Date): Promise<void> {
  try {
    await tx.query(
      `insert into teams (id, name, created_at) values ($1, $2, $3)
       on conflict (id) do update set name = excluded.name`,
      [team.id, team.name, now],
    );
  } catch (error) {
    if (violatedConstraint(error) === 'teams_name_key') {
      throw conflict('team_name_taken', `There is a team "${team.name}" already. Choose another name.`);
    }
    throw error;
  }
}

/** Answers whose membership changed. @throws DomainError unknown_person */
export async function setMembers(tx: Tx, teamId: string, personIds: string[]): Promise<string[]> {
  const unknown = await tx.query<{ id: string }>(
    'select id from unnest($1::uuid[]) as w(id) where not exists (select 1 from persons p where p.id = w.id)',
    [personIds],
  );
  if (unknown.length > 0) throw unknownIds('person', unknown);
  const rows = await tx.query<{ id: string }>(
    `with gone as (delete from team_members where team_id = $1 and person_id <> all($2::uuid[]) returning person_id),
          come as (insert into team_members (team_id, person_id) select $1, unnest($2::uuid[])
                   on conflict do nothing returning person_id)
     select person_id as id from gone union select person_id from come`,
    [teamId, personIds],
  );
  return rows.map((row) => row.id);
}

/** The same from the other side: answers the teams that changed. @throws DomainError unknown_team */
export async function setTeams(tx: Tx, personId: string, teamIds: string[]): Promise<string[]> {
  const unknown = await unknownTeams(tx, teamIds);
  if (unknown.length > 0) throw unknownIds('team', unknown);
  const rows = await tx.query<{ id: string }>(
    `with gone as (delete from team_members where person_id = $1 and team_id <> all($2::uuid[]) returning team_id),
          come as (insert into team_members (team_id, person_id) select unnest($2::uuid[]), $1
                   on conflict do nothing returning team_id)
     select team_id as id from gone union select team_id from come`,
    [personId, teamIds],
  );
  return rows.map((row) => row.id);
}

export async function unknownTeams(tx: Queryable, teamIds: string[]): Promise<{ id: string }[]> {
  return tx.query<{ id: string }>(
    'select id from unnest($1::uuid[]) as w(id) where not exists (select 1 from teams t where t.id = w.id)',
    [teamIds],
  );
}

export function unknownIds(what: 'person' | 'team', rows: { id: string }[]) {
  return invalid(`unknown_${what}`, `There is no ${what} ${rows.map((row) => row.id).join(', ')}. Check the ids.`);
}
