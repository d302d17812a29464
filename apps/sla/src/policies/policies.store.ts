import type { PolicyView } from '#contracts';
import type { Queryable, Tx } from '#database';

/** Saves and lists follow one another: whoever changes a policy holds this until COMMIT. */
export async function lockPolicies(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('sla policies', 0))`);
}

/** The policies in force, as of their newest version. */
export async function readPolicies(db: Queryable): Promise<PolicyView[]> {
  const rows = await db.query<{ body: PolicyView }>(
    `select v.body from policies p join policy_versions v on v.policy_id = p.id and v.version = p.version
     where p.hidden_at is null`,
  );
  return rows.map(({ body }) => body);
}

/** Hidden ones too: a report of last year still names them. */
export async function readPolicy(db: Queryable, id: string): Promise<{ policy: PolicyView; hidden: boolean } | null> {
  const [row] = await db.query<{ body: PolicyView; hidden: boolean }>(
    `select v.body, p.hidden_at is not null as hidden
     from policies p join policy_versions v on v.policy_id = p.id and v.version = p.version where p.id = $1::uuid`,
    [id],
  );
  return row ? { policy: row.body, hidden: row.hidden } : null;
}

/** A new version, never a changed one. */
export async function addVersion(tx: Tx, policy: PolicyView, by: string | null, now: Date): Promise<void> {
  await tx.query(
    `with head as (
       insert into policies (id, version, created_at) values ($1::uuid, $2, $4::timestamptz)
       on conflict (id) do update set version = excluded.version
       returning id
     )
     insert into policy_versions (policy_id, version, body, created_at, created_by)
     select id, $2, $3::jsonb, $4::timestamptz, $5::uuid from head`,
    [policy.id, policy.version, JSON.stringify(policy), now, by],
  );
}

export async function hidePolicy(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query('update policies set hidden_at = $2::timestamptz where id = $1::uuid', [id, now]);
}

/** The whole ranked list as it stands now becomes the one that new messages are judged by. */
export async function addList(tx: Tx, policies: PolicyView[], now: Date): Promise<void> {
  await tx.query(
    `insert into policy_lists (version, policies, created_at)
     select max(version) + 1, $1::jsonb, $2::timestamptz from policy_lists`,
    [JSON.stringify(policies), now],
  );
}
