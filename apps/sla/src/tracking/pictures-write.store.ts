import type { Tx } from '#database';
import { newId } from '#kernel';
import type { Fact, Picture, Wait } from '../clock/model.rules.js';
import { nextTimerAt } from '../clock/timers.rules.js';
import type { Loaded } from './recent-pictures.js';
import { type Row, toRow } from './rows.js';

/** A ledger line with what proved it. */
export interface RecordedFact {
  fact: Fact;
  /** The event that made us say so; null for a timer. */
  evidenceId: string | null;
}

export interface ToWrite {
  pictures: { before: Loaded; after: Picture }[];
  facts: RecordedFact[];
  now: Date;
}

const list = (names: string): string[] => names.trim().split(/\s+/);

const CONVERSATION =
  list(`version customer_id customer_name status priority tags subject preview channel_team_ids team_id
  assignee_id assigned_at human_replied merged_into_id next_at`);
const WAIT = list(`id conversation_id thread_id customer_id kind state outcome reason causes opened_at received_at
  channel_timestamp received_late opening_message_id opening_channel_kind opening_seq last_seq candidates channel_id
  channel_kind sla_kind deadline_message_id policy_id policy_version list_version target_seconds basis starts_at
  deadline_at warnings opened_facts priority tags team_id assignee_id breached_at detected_at assignee_id_at_deadline
  team_id_at_deadline owned_for_seconds satisfied_at answer_message_id answered_by_id ended_at withdrawn_at revocations`);
const LEVEL = list('id wait_id level at recipient due_at state fired_at reason');
const REPLY = list(`message_id conversation_id seq released_at author_id human state delivery_state delivery_at
  handover_due_at failed heard`);
const LEDGER = list(
  `id wait_id conversation_id type at recorded_at cause actor evidence_id policy_id policy_version data`,
);

const upsert = (table: string, columns: string[], key: string, parameter: string): string =>
  `insert into ${table} (${columns.join(', ')})
   select ${columns.join(', ')} from jsonb_populate_recordset(null::${table}, ${parameter}::jsonb)
   on conflict (${key}) do update set ${columns
     .filter((column) => !key.split(', ').includes(column))
     .map((column) => `${column} = excluded.${column}`)
     .join(', ')}`;

/** All that changes when a customer writes once more, and nothing else moves. */
const PROGRESS = new Set(['version', 'preview', 'nextAt']);
const EXTENSION = new Set(['lastSeq', 'candidates']);

/** The due index moves with its conversation: whatever is written, `next_at` is right when the lock is let go. */
const WRITE = `
  with conversation as (
    update conversations c set ${CONVERSATION.map((column) => `${column} = n.${column}`).join(', ')}
    from jsonb_populate_recordset(null::conversations, $1::jsonb) n where n.id = c.id
  ), progressed as (
    update conversations c set version = n.version, preview = n.preview, next_at = n.next_at
    from jsonb_to_recordset($7::jsonb) as n(id uuid, version bigint, preview text, next_at timestamptz) where n.id = c.id
  ), extended as (
    update waits w set last_seq = n.last_seq, candidates = n.candidates
    from jsonb_to_recordset($8::jsonb) as n(id uuid, last_seq int, candidates jsonb) where n.id = w.id
  ), wait as (${upsert('waits', WAIT, 'id', '$2')}
  ), level as (${upsert('escalations', LEVEL, 'wait_id, level', '$3')}
  ), reply as (${upsert('replies', REPLY, 'message_id', '$4')}
  ), line as (
    insert into ledger (${LEDGER.join(', ')})
    select ${LEDGER.join(', ')} from jsonb_populate_recordset(null::ledger, $5::jsonb)
  )
  update counters set value = value + $6::int where name = 'breached' and $6::int > 0`;

interface Rows {
  conversations: Row[];
  waits: Row[];
  levels: Row[];
  replies: Row[];
  progressed: Row[];
  extended: Row[];
}

export interface Written {
  /** The earliest timer among them. */
  earliest: Date | null;
  /** The conversations as they are now. */
  written: Map<string, Loaded>;
}

/** Writes what decisions changed, all tables in one statement that goes with the commit. */
export function writePictures(tx: Tx, { pictures, facts, now }: ToWrite): Written {
  const rows: Rows = { conversations: [], waits: [], levels: [], replies: [], progressed: [], extended: [] };
  const written = new Map<string, Loaded>();
  let earliest: Date | null = null;
  for (const { before, after } of pictures) {
    const nextAt = nextTimerAt(after);
    if (nextAt && (!earliest || nextAt < earliest)) earliest = nextAt;
    collect(rows, before, { picture: after, nextAt, revision: before.revision });
    written.set(after.conversation.id, { picture: after, nextAt, revision: before.revision });
  }
  const changed = Object.values(rows).some((some: Row[]) => some.length > 0);
  if (!changed && facts.length === 0) return { earliest, written };
  // ended before open: one wait of a conversation is open at a time, also between two rows of one statement
  rows.waits.sort((a, b) => Number(a['state'] === 'open') - Number(b['state'] === 'open'));
  const breaches = facts.filter(({ fact }) => fact.type === 'wait.breached').length;
  const lines = facts.map((recorded) => ledgerRow(recorded, now));
  const { conversations, waits, levels, replies, progressed, extended } = rows;
  const parameters = [conversations, waits, levels, replies, lines].map((some) => JSON.stringify(some));
  const more = [breaches, JSON.stringify(progressed), JSON.stringify(extended)];
  tx.withCommit({ sql: WRITE, parameters: [...parameters, ...more] });
  return { earliest, written };
}

function collect(rows: Rows, before: Loaded, after: Loaded): void {
  const known = before.picture;
  const { conversation, waits, replies } = after.picture;
  const row = { ...conversation, nextAt: after.nextAt };
  const changes = differences({ ...known.conversation, nextAt: before.nextAt }, row);
  if (changes.length > 0 && changes.every((name) => PROGRESS.has(name))) {
    const { id, version, preview, nextAt } = row;
    rows.progressed.push({ id, version, preview, next_at: nextAt });
  } else if (changes.length > 0) rows.conversations.push(toRow(row));
  for (const wait of waits)
    collectWait(
      rows,
      known.waits.find((other) => other.id === wait.id),
      wait,
    );
  for (const reply of replies) if (!known.replies.includes(reply)) rows.replies.push(toRow(reply));
}

function collectWait(rows: Rows, before: Wait | undefined, wait: Wait): void {
  if (before === wait) return;
  if (before && differences(before, wait).every((name) => EXTENSION.has(name))) {
    rows.extended.push({ id: wait.id, last_seq: wait.lastSeq, candidates: wait.candidates });
    return;
  }
  rows.waits.push(toRow(wait, ['levels']));
  for (const level of wait.levels) if (!before?.levels.includes(level)) rows.levels.push(toRow(level));
}

/** Names of what is another value now; models are never changed in place. */
function differences<Model extends object>(before: Model, after: Model): string[] {
  const names: string[] = [];
  for (const name in after) if (!isSame(before[name], after[name])) names.push(name);
  return names;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((entry, i) => entry === b[i]);
}

function ledgerRow({ fact, evidenceId }: RecordedFact, now: Date): Row {
  const { wait, level } = fact;
  return {
    id: newId(),
    wait_id: wait.id,
    conversation_id: wait.threadId,
    type: fact.type,
    at: fact.at,
    recorded_at: now,
    cause: fact.cause ?? null,
    actor: fact.actor ?? null,
    evidence_id: evidenceId,
    policy_id: wait.policyId,
    policy_version: wait.policyVersion,
    data: { dueAt: wait.deadlineAt, ...(level ? { recipient: level.recipient } : {}), ...fact.data },
  };
}
