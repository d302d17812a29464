import type { AuditSubjectKind, AuditView } from '#contracts';
import type { Database, Tx } from '#database';
import { currentTrace } from '#event-log';
import { newId } from '#kernel';

export interface AuditEntry {
  at: Date;
  /** Null: the start of the product itself. */
  actorId: string | null;
  /** `subject.past_participle` */
  action: string;
  subjectKind: AuditSubjectKind;
  subjectId: string | null;
  /** Never a secret, not even a hash. */
  details?: Record<string, unknown>;
}

/** Append-only (a trigger refuses anything else); commits with what it tells (security.md M4). */
export async function recordAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.query(
    `insert into audit_entries (id, at, actor_id, action, subject_kind, subject_id, details, correlation_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      newId(),
      entry.at,
      entry.actorId,
      entry.action,
      entry.subjectKind,
      entry.subjectId,
      JSON.stringify(entry.details ?? {}),
      currentTrace()?.correlationId ?? null,
    ],
  );
}

export interface AuditQuery {
  actorId: string | null;
  /** `person.changed`, or `person` for everything about persons. */
  action: string | null;
  subjectId: string | null;
  /** The last entry of the page before. */
  before: { at: Date; id: string } | null;
  limit: number;
}

/** Newest first. */
export async function listAudit(db: Database, query: AuditQuery): Promise<AuditView[]> {
  const rows = await db.query<AuditRow>(
    `select e.id, e.at, e.actor_id as "actorId", p.name as "actorName", e.action, e.subject_kind as "subjectKind",
            e.subject_id as "subjectId", e.details, e.correlation_id as "correlationId",
            coalesce(sp.name, st.name, sc.name) as "subjectName"
       from audit_entries e
       left join persons p on p.id = e.actor_id
       left join persons sp on e.subject_kind = 'person' and sp.id = e.subject_id
       left join teams st on e.subject_kind = 'team' and st.id = e.subject_id
       left join channels sc on e.subject_kind = 'channel' and sc.id = e.subject_id
      where ($1::uuid is null or e.actor_id = $1)
        and ($2::text is null or e.action = $2 or split_part(e.action, '.', 1) = $2)
        and ($3::uuid is null or e.subject_id = $3)
        and ($4::timestamptz is null or (e.at, e.id) < ($4, $5::uuid))
      order by e.at desc, e.id desc
      limit $6`,
    [query.actorId, query.action, query.subjectId, query.before?.at ?? null, query.before?.id ?? null, query.limit],
  );
  return rows.map(viewOf);
}

interface AuditRow {
  id: string;
  at: Date;
  actorId: string | null;
  actorName: string | null;
  action: string;
  subjectKind: AuditSubjectKind;
  subjectId: string | null;
  subjectName: string | null;
  details: Record<string, unknown>;
  correlationId: string | null;
}

function viewOf({ actorId, actorName, subjectKind, subjectId, subjectName, at, ...row }: AuditRow): AuditView {
  return {
    ...row,
    at: at.toISOString(),
    actor: actorId ? { id: actorId, name: actorName } : null,
    subject: { kind: subjectKind, id: subjectId, name: subjectName },
  };
}
