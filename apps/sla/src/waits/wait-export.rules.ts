import type { Wait } from '../clock/model.rules.js';
import { csvHeader, csvRow } from './csv.rules.js';

interface ExportedWait extends Wait {
  customerName: string;
}
type Cell = string | number | boolean | null;

const iso = (instant: Date | null): string | null => instant?.toISOString() ?? null;
const secondsBetween = (from: Date | null, to: Date | null): number | null =>
  from && to ? (to.getTime() - from.getTime()) / 1000 : null;

/** One row a wait, one column a stamped field; wire names as in the API. */
const COLUMNS: Record<string, (wait: ExportedWait) => Cell> = {
  id: (wait) => wait.id,
  conversationId: (wait) => wait.conversationId,
  customerId: (wait) => wait.customerId,
  customerName: (wait) => wait.customerName,
  kind: (wait) => wait.kind,
  state: (wait) => wait.state,
  outcome: (wait) => wait.outcome,
  reason: (wait) => wait.reason,
  causes: (wait) => wait.causes.join(' '),
  channelKind: (wait) => wait.channelKind,
  channelId: (wait) => wait.channelId,
  openingChannelKind: (wait) => wait.openingChannelKind,
  slaKind: (wait) => wait.slaKind,
  policyId: (wait) => wait.policyId,
  policyVersion: (wait) => wait.policyVersion,
  policyListVersion: (wait) => wait.listVersion,
  targetSeconds: (wait) => wait.targetSeconds,
  basis: (wait) => wait.basis,
  openedAt: (wait) => iso(wait.openedAt),
  receivedAt: (wait) => iso(wait.receivedAt),
  channelTimestamp: (wait) => iso(wait.channelTimestamp),
  receivedLate: (wait) => wait.receivedLate,
  dueAt: (wait) => iso(wait.deadlineAt),
  warnedAt: (wait) => iso(wait.warnings.findLast(({ firedAt }) => firedAt !== null)?.firedAt ?? null),
  breachedAt: (wait) => iso(wait.breachedAt),
  detectedAt: (wait) => iso(wait.detectedAt),
  lateBySeconds: (wait) => secondsBetween(wait.breachedAt, wait.detectedAt),
  overdueBySeconds: (wait) => (wait.breachedAt ? secondsBetween(wait.breachedAt, wait.satisfiedAt) : null),
  metAt: (wait) => (wait.outcome === 'met' ? iso(wait.satisfiedAt) : null),
  answeredAt: (wait) => iso(wait.satisfiedAt),
  answeredById: (wait) => wait.answeredById,
  responseSeconds: (wait) => secondsBetween(wait.openedAt, wait.satisfiedAt),
  endedAt: (wait) => iso(wait.endedAt),
  withdrawnAt: (wait) => iso(wait.withdrawnAt),
  revocations: (wait) => wait.revocations,
  assigneeIdAtDeadline: (wait) => wait.assigneeIdAtDeadline,
  teamIdAtDeadline: (wait) => wait.teamIdAtDeadline,
  ownedForSeconds: (wait) => wait.ownedForSeconds,
  priority: (wait) => wait.priority,
  tags: (wait) => wait.tags.join(' '),
  levelsFired: (wait) =>
    wait.levels.flatMap(({ level, firedAt }) => (firedAt ? [`${level}=${firedAt.toISOString()}`] : [])).join(' '),
};

export const waitCsvHeader = (): string => csvHeader(Object.keys(COLUMNS));

export function waitCsvRow(wait: ExportedWait): string {
  return csvRow(Object.values(COLUMNS).map((read) => read(wait)));
}
