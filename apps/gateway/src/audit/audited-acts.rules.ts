import type { AuditSubjectKind } from '#contracts';

export interface AuditedAct {
  action: string;
  subjectKind: AuditSubjectKind;
  /** Null where the request does not name it: it is being made. */
  subjectId: string | null;
}

const ID = '([0-9a-fA-F-]{36})';
const act = (method: string, path: string, action: string) => ({
  method,
  path: new RegExp(`^/api/v1/${path}$`),
  action,
  subjectKind: action.split('.')[0] as AuditSubjectKind,
});

/** Privileged acts whose state is in other apps: gateway sees them pass (security.md M4). */
const ACTS = [
  act('POST', 'sla/policies', 'policy.created'),
  act('PUT', `sla/policies/${ID}`, 'policy.changed'),
  act('DELETE', `sla/policies/${ID}`, 'policy.removed'),
  act('POST', 'alerts/destinations', 'destination.created'),
  act('PATCH', `alerts/destinations/${ID}`, 'destination.changed'),
  act('DELETE', `alerts/destinations/${ID}`, 'destination.removed'),
  act('POST', `alerts/destinations/${ID}/test`, 'destination.tested'),
  act('POST', `customers/${ID}/merge`, 'customer.merged'),
  act('POST', `customers/${ID}/unmerge`, 'customer.unmerged'),
  act('POST', `conversations/${ID}/merge`, 'conversation.merged'),
  act('POST', `conversations/${ID}/unmerge`, 'conversation.unmerged'),
  act('POST', `conversations/${ID}/split`, 'conversation.split'),
  act('GET', 'sla/waits\\.csv', 'export.waits'),
  act('GET', 'reports/sla\\.csv', 'export.report'),
];

/** @param path as it was called, without the query; `%70olicies` is the same address */
export function auditedAct(method: string, path: string): AuditedAct | null {
  const plain = decoded(path);
  for (const { method: expected, path: pattern, action, subjectKind } of ACTS) {
    const match = expected === method || (expected === 'GET' && method === 'HEAD') ? pattern.exec(plain) : null;
    if (match) return { action, subjectKind, subjectId: match[1]?.toLowerCase() ?? null };
  }
  return null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
