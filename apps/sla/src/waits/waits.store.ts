import type { WaitView } from '#contracts';
import type { Queryable } from '#database';
import { isId } from '#kernel';
import { type Identity, seesEverything } from '#platform';
import type { Wait } from '../clock/model.rules.js';
import { fromRow, type Row } from '../tracking/rows.js';
import type { LedgerLine } from './explanation.rules.js';
import type { WaitPageRequest } from './wait-filter.js';

/** Collects values as $1, $2 …: conditions are built of constant texts and parameters only. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** What this person may see: SQL over `waits w` joined with `conversations c`. Not visible is the same as not there. */
export function visibleTo(identity: Identity, parameters: Parameters): string {
  if (seesEverything(identity)) return 'true';
  const teams = parameters.add(identity.teamIds.filter(isId));
  const me = parameters.add(isId(identity.personId) ? identity.personId : null);
  return `(c.channel_team_ids = '{}' or c.channel_team_ids && ${teams}::uuid[] or c.team_id = any(${teams}::uuid[]) or c.assignee_id = ${me}::uuid)`;
}

export interface WaitRow extends Wait {
  customerName: string;
}

/** One page, newest first, by keyset: page one thousand costs what page one does. */
export async function listWaits(db: Queryable, identity: Identity, request: WaitPageRequest): Promise<WaitRow[]> {
  const parameters = new Parameters();
  const conditions = ['w.deadline_at is not null', visibleTo(identity, parameters), ...filters(request, parameters)];
  if (request.after) {
    const [openedAt, id] = request.after.map((value) => parameters.add(value));
    conditions.push(`(w.opened_at, w.id) < (${openedAt}::timestamptz, ${id}::uuid)`);
  }
  const limit = parameters.add(request.limit ?? 50);
  return readWaits(
    db,
    `where ${conditions.join(' and ')} order by w.opened_at desc, w.id desc limit ${limit}`,
    parameters.values,
  );
}

export async function findWait(db: Queryable, identity: Identity, id: string): Promise<WaitRow | null> {
  if (!isId(id)) return null;
  const parameters = new Parameters();
  const sql = `where w.id = ${parameters.add(id)}::uuid and ${visibleTo(identity, parameters)}`;
  return (await readWaits(db, sql, parameters.values))[0] ?? null;
}

async function readWaits(db: Queryable, tail: string, values: unknown[]): Promise<WaitRow[]> {
  const rows = await db.query<{ wait: Row; levels: Row[]; customerName: string }>(
    `select to_jsonb(w) as wait, c.customer_name as "customerName",
            coalesce((select jsonb_agg(to_jsonb(e) order by e.level) from escalations e where e.wait_id = w.id), '[]') as levels
     from waits w join conversations c on c.id = w.thread_id ${tail}`,
    values,
  );
  return rows.map(({ wait, levels, customerName }) => ({
    ...fromRow<Wait>(wait),
    levels: levels.map(fromRow<Wait['levels'][number]>),
    customerName,
  }));
}

function filters(request: WaitPageRequest, parameters: Parameters): string[] {
  const conditions: string[] = [];
  const id = (value: string | undefined, sql: (parameter: string) => string) => {
    if (value === undefined) return;
    conditions.push(isId(value) ? sql(`${parameters.add(value)}::uuid`) : 'false');
  };
  const text = (value: string | undefined, column: string) => {
    if (value !== undefined) conditions.push(`${column} = ${parameters.add(value)}`);
  };
  text(request.state, 'w.state');
  if (request.outcome === 'none') conditions.push('w.outcome is null');
  else text(request.outcome, 'w.outcome');
  text(request.kind, 'w.kind');
  if (isId(request.channel)) id(request.channel, (p) => `w.channel_id = ${p}`);
  else if (request.channel !== undefined) {
    const kind = parameters.add(request.channel);
    conditions.push(`(w.channel_kind = ${kind} or w.sla_kind = ${kind})`);
  }
  id(request.conversation, (p) => `(w.conversation_id = ${p} or w.thread_id = ${p})`);
  id(request.customer, (p) => `(w.customer_id = ${p} or c.customer_id = ${p})`);
  id(request.policy, (p) => `w.policy_id = ${p}`);
  id(request.answeredBy, (p) => `w.answered_by_id = ${p}`);
  if (request.assignee === 'none') conditions.push(`${AGENT_OF_WAIT} is null`);
  else id(request.assignee, (p) => `${AGENT_OF_WAIT} = ${p}`);
  if (request.team === 'none') conditions.push(`${TEAM_OF_WAIT} is null`);
  else id(request.team, (p) => `${TEAM_OF_WAIT} = ${p}`);
  if (request.answered) conditions.push('w.satisfied_at is not null');
  if (request.tag === 'none') conditions.push(`w.tags = '{}'`);
  else if (request.tag !== undefined) conditions.push(`w.tags @> array[${parameters.add(request.tag)}]::text[]`);
  if (request.from) conditions.push(`w.figure_at >= ${parameters.add(request.from)}::timestamptz`);
  if (request.to) conditions.push(`w.figure_at < ${parameters.add(request.to)}::timestamptz`);
  const opened = (field: 'hour' | 'isodow', value: number) =>
    conditions.push(
      `extract(${field} from w.opened_at at time zone ${parameters.add(request.tz)}) = ${parameters.add(value)}::int`,
    );
  if (request.hour !== undefined) opened('hour', request.hour);
  if (request.weekday !== undefined) opened('isodow', request.weekday);
  return conditions;
}

/** Whose figure a wait is: a breach its owner's at the deadline, an answer its author's, otherwise its assignee's. */
export const AGENT_OF_WAIT = `(case w.outcome when 'breached' then w.assignee_id_at_deadline when 'met' then w.answered_by_id else w.assignee_id end)`;
export const TEAM_OF_WAIT = `(case w.outcome when 'breached' then w.team_id_at_deadline else w.team_id end)`;

export function toWaitView(wait: WaitRow): WaitView {
  const iso = (instant: Date | null) => instant?.toISOString() ?? null;
  const warned = wait.warnings.flatMap(({ firedAt }) => (firedAt ? [firedAt.getTime()] : []));
  return {
    id: wait.id,
    conversationId: wait.conversationId,
    customerId: wait.customerId ?? '',
    customerName: wait.customerName,
    kind: wait.kind,
    state: wait.state,
    outcome: wait.outcome,
    reason: wait.reason ?? wait.causes[0] ?? null,
    channelKind: wait.channelKind,
    channelId: wait.channelId,
    slaKind: wait.slaKind,
    policyId: wait.policyId ?? '',
    policyVersion: wait.policyVersion ?? 0,
    targetSeconds: wait.targetSeconds ?? 0,
    basis: wait.basis,
    openedAt: wait.openedAt.toISOString(),
    dueAt: iso(wait.deadlineAt) ?? '',
    warnedAt: warned.length ? new Date(Math.max(...warned)).toISOString() : null,
    breachedAt: iso(wait.breachedAt),
    detectedAt: iso(wait.detectedAt),
    metAt: wait.outcome === 'met' ? iso(wait.satisfiedAt) : null,
    answeredAt: iso(wait.satisfiedAt),
    answeredById: wait.answeredById,
    assigneeIdAtDeadline: wait.assigneeIdAtDeadline,
    teamIdAtDeadline: wait.teamIdAtDeadline,
    escalations: wait.levels.map(({ level, dueAt, firedAt, state, recipient }) => ({
      ...{ level, state, to: recipient },
      dueAt: dueAt.toISOString(),
      firedAt: iso(firedAt),
    })),
  };
}

export async function readLedger(db: Queryable, waitId: string): Promise<LedgerLine[]> {
  return db.query<LedgerLine>(
    `select type, at, recorded_at as "recordedAt", cause, actor, evidence_id as "evidenceId", data
     from ledger where wait_id = $1::uuid order by id`,
    [waitId],
  );
}
