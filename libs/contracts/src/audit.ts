export type AuditSubjectKind =
  | 'person'
  | 'team'
  | 'token'
  | 'session'
  | 'channel'
  | 'parked_event'
  | 'policy'
  | 'destination'
  | 'customer'
  | 'conversation'
  | 'export';

/** One line of the trail of privileged acts. */
export interface AuditView {
  id: string;
  at: string;
  /** Null: the start of the product itself. */
  actor: { id: string; name: string | null } | null;
  /** `subject.past_participle` */
  action: string;
  subject: { kind: AuditSubjectKind; id: string | null; name: string | null };
  details: Record<string, unknown>;
  correlationId: string | null;
}
