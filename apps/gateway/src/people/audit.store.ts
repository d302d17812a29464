import type { Tx } from '#database';
import { currentTrace } from '#event-log';
import { newId } from '#kernel';

export interface AuditEntry {
  at: Date;
  /** Null: the start of the product itself. */
  actorId: string | null;
  /** `subject.past_participle` */
  action: string;
  subjectKind: 'person' | 'team' | 'token' | 'session' | 'channel' | 'parked_event';
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
