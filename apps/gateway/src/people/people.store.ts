import type { PersonView, Role } from '#contracts';
import { type Queryable, type Tx, violatedConstraint } from '#database';
import { conflict } from '#kernel';

const PERSON = `p.id, p.email, p.name, p.role, p.language, p.time_zone as "timeZone", p.phone, p.active,
  array(select m.team_id from team_members m where m.person_id = p.id order by m.team_id) as "teamIds"`;

export interface NewPerson {
  id: string;
  email: string;
  name: string;
  role: Role;
  passwordHash: string | null;
  language: string;
  timeZone: string;
  phone: string | null;
}

export interface Credentials {
  personId: string;
  passwordHash: string | null;
  active: boolean;
}

export async function loadPerson(tx: Queryable, id: string): Promise<PersonView | null> {
  const [row] = await tx.query<PersonView>(`select ${PERSON} from persons p where p.id = $1`, [id]);
  return row ?? null;
}

/** Locked until the transaction ends. */
export async function lockPerson(tx: Tx, id: string): Promise<PersonView | null> {
  await tx.query('select 1 from persons where id = $1 for update', [id]);
  return loadPerson(tx, id);
}

/** By name, then id; `after` is the last row of the page before. */
export async function listPeople(
  db: Queryable,
  after: { name: string; id: string } | null,
  limit: number,
): Promise<PersonView[]> {
  return db.query<PersonView>(
    `select ${PERSON} from persons p
     where $1::text is null or (lower(p.name), p.id) > (lower($1), $2::uuid)
     order by lower(p.name), p.id limit $3`,
    [after?.name ?? null, after?.id ?? null, limit],
  );
}

export async function findCredentials(db: Queryable, email: string): Promise<Credentials | null> {
  const [row] = await db.query<Credentials>(
    'select id as "personId", password_hash as "passwordHash", active from persons where email = $1',
    [email],
  );
  return row ?? null;
}

export async function loadPasswordHash(db: Queryable, personId: string): Promise<string | null> {
  const [row] = await db.query<{ hash: string | null }>('select password_hash as hash from persons where id = $1', [
    personId,
  ]);
  return row?.hash ?? null;
}

/** @throws DomainError email_taken */
export async function insertPerson(tx: Tx, person: NewPerson, now: Date): Promise<void> {
  await translated(person.email, () =>
    tx.query(
      `insert into persons (id, email, name, role, password_hash, language, time_zone, phone, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
      [
        person.id,
        person.email,
        person.name,
        person.role,
        person.passwordHash,
        person.language,
        person.timeZone,
        person.phone,
        now,
      ],
    ),
  );
}

/** Writes the whole person. @throws DomainError email_taken */
export async function updatePerson(tx: Tx, person: PersonView, passwordHash: string | null, now: Date): Promise<void> {
  await translated(person.email, () =>
    tx.query(
      `update persons set email = $2, name = $3, role = $4, language = $5, time_zone = $6, phone = $7, active = $8,
              password_hash = coalesce($9, password_hash), updated_at = $10::timestamptz
       where id = $1`,
      [
        person.id,
        person.email,
        person.name,
        person.role,
        person.language,
        person.timeZone,
        person.phone ?? null,
        person.active,
        passwordHash,
        now,
      ],
    ),
  );
}

/** Locks all administrators, so that two of them cannot demote each other at once. */
export async function lockActiveAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from persons where role = 'admin' and active order by id for update`,
  );
  return rows.map((row) => row.id);
}

export async function anyAdmin(db: Queryable): Promise<boolean> {
  const rows = await db.query(`select 1 from persons where role = 'admin' and active limit 1`);
  return rows.length > 0;
}

async function translated<T>(email: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violatedConstraint(error) === 'persons_email_key') {
      throw conflict('email_taken', `Somebody with the address ${email} is here already. Change that person instead.`);
    }
    throw error;
  }
}
