import type { Role } from '#contracts';
import type { Queryable, Tx } from '#database';

export interface SignedIn {
  /** Of the session or the token. */
  id: string;
  personId: string;
  role: Role;
  teamIds: string[];
  scopes: string[];
}

const WHO = `p.id as "personId", p.role,
  array(select m.team_id from team_members m where m.person_id = p.id) as "teamIds"`;

/** Who holds the session; also notes that it is in use, at most every ten minutes. */
export async function findSession(
  db: Queryable,
  tokenHash: string,
  now: Date,
  idleSince: Date,
): Promise<SignedIn | null> {
  const [row] = await db.query<SignedIn & { stale: boolean }>(
    `select s.id, ${WHO}, '{}'::text[] as scopes, s.last_seen_at < $2::timestamptz - interval '10 minutes' as stale
     from sessions s join persons p on p.id = s.person_id
     where s.token_hash = $1 and p.active and s.last_seen_at > $3::timestamptz`,
    [tokenHash, now, idleSince],
  );
  if (row?.stale) await db.query('update sessions set last_seen_at = $2 where id = $1', [row.id, now]);
  return row ?? null;
}

/** Who holds the API token; its last use is noted at most once a minute. */
export async function findToken(db: Queryable, tokenHash: string, now: Date): Promise<SignedIn | null> {
  const [row] = await db.query<SignedIn & { stale: boolean }>(
    `select t.id, ${WHO}, t.scopes,
            t.last_used_at is null or t.last_used_at < $2::timestamptz - interval '1 minute' as stale
     from api_tokens t join persons p on p.id = t.person_id
     where t.token_hash = $1 and p.active and t.expires_at > $2::timestamptz`,
    [tokenHash, now],
  );
  if (row?.stale) await db.query('update api_tokens set last_used_at = $2 where id = $1', [row.id, now]);
  return row ?? null;
}

export interface NewSession {
  id: string;
  personId: string;
  tokenHash: string;
  address: string;
  userAgent: string;
}

/** Also sweeps the person's sessions that nobody used for too long. */
export async function insertSession(tx: Tx, session: NewSession, now: Date, idleSince: Date): Promise<void> {
  await tx.query('delete from sessions where person_id = $1 and last_seen_at <= $2', [session.personId, idleSince]);
  await tx.query(
    `insert into sessions (id, person_id, token_hash, created_at, last_seen_at, address, user_agent)
     values ($1, $2, $3, $4, $4, $5, $6)`,
    [session.id, session.personId, session.tokenHash, now, session.address, session.userAgent],
  );
}

/** Answers whose it was. */
export async function deleteSession(tx: Tx, tokenHash: string): Promise<string | null> {
  const [row] = await tx.query<{ personId: string }>(
    'delete from sessions where token_hash = $1 returning person_id as "personId"',
    [tokenHash],
  );
  return row?.personId ?? null;
}

/** All sessions and API tokens of a person, except the session that asks. */
export async function voidCredentials(tx: Tx, personId: string, exceptTokenHash: string | null): Promise<void> {
  await tx.query(`delete from sessions where person_id = $1 and token_hash <> coalesce($2, '')`, [
    personId,
    exceptTokenHash,
  ]);
  await tx.query('delete from api_tokens where person_id = $1', [personId]);
}
