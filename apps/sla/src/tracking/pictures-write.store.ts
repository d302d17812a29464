import { joined, type LastStatement, type Tx } from '#database';
import { newId } from '#kernel';
import type { Conversation, Fact, Level, Picture, Reply, Wait } from '../clock/model.rules.js';
import { nextTimerAt } from '../clock/timers.rules.js';
import type { Loaded } from './recent-pictures.js';
import { TableRows } from './table-rows.js';

/** A ledger line with what proved it. */
export interface RecordedFact {
  fact: Fact;
  /** The event that made us say so; null for a timer. */
  evidenceId: string | null;
}

/** A conversation before and after the decisions of this transaction. */
export interface Card {
  before: Loaded;
  picture: Picture;
}

export interface ToWrite {
  cards: Iterable<Card>;
  facts: readonly RecordedFact[];
  now: Date;
}

const CONVERSATION = new TableRows(`id uuid, version bigint, customer_id uuid, customer_name text, status text,
  priority text, tags text[], subject text, preview text, channel_team_ids uuid[], team_id uuid, assignee_id uuid,
  assigned_at timestamptz, human_replied boolean, merged_into_id uuid, next_at timestamptz`);
const WAIT = new TableRows(`id uuid, conversation_id uuid, thread_id uuid, customer_id uuid, kind text, state text,
  outcome text, reason text, causes text[], opened_at timestamptz, received_at timestamptz,
  channel_timestamp timestamptz, received_late boolean, opening_message_id uuid, opening_channel_kind text,
  opening_seq int, last_seq int, candidates jsonb, channel_id uuid, channel_kind text, sla_kind text,
  deadline_message_id uuid, policy_id uuid, policy_version int, list_version int, target_seconds float8, basis text,
  starts_at timestamptz, deadline_at timestamptz, warnings jsonb, opened_facts jsonb, priority text, tags text[],
  team_id uuid, assignee_id uuid, breached_at timestamptz, detected_at timestamptz, assignee_id_at_deadline uuid,
  team_id_at_deadline uuid, owned_for_seconds float8, satisfied_at timestamptz, answer_message_id uuid,
  answered_by_id uuid, ended_at timestamptz, withdrawn_at timestamptz, revocations int`);
const LEVEL =
  new TableRows(`id uuid, wait_id uuid, level int, at shared, recipient shared, due_at timestamptz, state text,
  fired_at timestamptz, reason text`);
const REPLY = new TableRows(`message_id uuid, conversation_id uuid, seq int, released_at timestamptz, author_id uuid,
  human boolean, state text, delivery_state text, delivery_at timestamptz, handover_due_at timestamptz, failed boolean,
  heard uuid[]`);
const LEDGER = new TableRows(`id uuid, wait_id uuid, conversation_id uuid, type text, at timestamptz,
  recorded_at timestamptz, cause text, actor text, evidence_id uuid, policy_id uuid, policy_version int, data jsonb`);
/** What moves when a customer writes once more, and nothing else does. */
const PROGRESS = new TableRows('id uuid, version bigint, preview text, next_at timestamptz');
const MOVES_ALONG = new Set(['version', 'preview']);
const EXTENSION = new TableRows('id uuid, last_seq int');
const EXTENDS = new Set(['lastSeq']);

const ADD_CONVERSATIONS = CONVERSATION.insertInto('conversations', 'order by n.id');
const CHANGE_CONVERSATIONS = CONVERSATION.update('conversations', ', revision = t.revision + 1');
const PROGRESS_CONVERSATIONS = PROGRESS.update('conversations', ', revision = t.revision + 1');
const CHANGE_WAITS = WAIT.putInto('waits', ['id']);
const ADD_WAITS = WAIT.insertInto('waits');
// one column that `figure_at` is made of: where none is set, Postgres reads its expression again for every single row
const EXTEND_WAITS = EXTENSION.update('waits', ', ended_at = t.ended_at');
const ADD_LEVELS = LEVEL.insertInto('escalations');
const CHANGE_LEVELS = LEVEL.putInto('escalations', ['wait_id', 'level']);
const CHANGE_REPLIES = REPLY.putInto('replies', ['message_id']);
const ADD_LINES = LEDGER.insertInto('ledger');
const COUNT_BREACHES = `update counters set value = value + $1::int where name = 'breached'`;

type ConversationRow = Conversation & { nextAt: Date | null };
type ProgressRow = Pick<ConversationRow, 'id' | 'version' | 'preview' | 'nextAt'>;

export interface Written {
  /** The earliest timer among them. */
  earliest: Date | null;
  /** The conversations as they are now. */
  written: Map<string, Loaded>;
}

/**
 * Writes what decisions changed with the commit, in one statement; waits that were there and ended or moved in one before
 * it. A conversation that somebody else has made meanwhile is refused by its key, and the batch is run again.
 */
export function writePictures(tx: Tx, { cards, facts, now }: ToWrite): Written {
  const rows = new Rows(cards);
  const written = new Map<string, Loaded>();
  let earliest: Date | null = null;
  for (const { before, picture } of cards) {
    const after = rows.collect(before, picture);
    if (after.nextAt && (!earliest || after.nextAt < earliest)) earliest = after.nextAt;
    written.set(picture.conversation.id, after);
  }
  const lines = facts.map((recorded) => ledgerRow(recorded, now));
  const breaches = facts.filter(({ fact }) => fact.type === 'wait.breached').length;
  rows.changeWaits().forEach((write) => tx.withCommit(write));
  tx.withCommit(
    joined([
      ...rows.others(),
      ...put(ADD_LINES, LEDGER, lines),
      ...(breaches > 0 ? [{ sql: COUNT_BREACHES, parameters: [breaches] }] : []),
    ]),
  );
  return { earliest, written };
}

/** Nothing where there are no rows. */
function put(sql: string, table: TableRows, rows: readonly object[]): LastStatement[] {
  return rows.length > 0 ? [{ sql, parameters: table.values(rows) }] : [];
}

/** What is to be written, by the statement that does it. */
class Rows {
  private readonly known = new Map<string, Wait>();
  private readonly added: ConversationRow[] = [];
  private readonly changed: ConversationRow[] = [];
  private readonly progressed: ProgressRow[] = [];
  private readonly opened: Wait[] = [];
  private readonly changedWaits: Wait[] = [];
  private readonly extended: Wait[] = [];
  private readonly plannedLevels: Level[] = [];
  private readonly changedLevels: Level[] = [];
  private readonly replies: Reply[] = [];

  /** A wait may have moved here from another of these conversations. */
  constructor(cards: Iterable<Card>) {
    for (const { before } of cards) for (const wait of before.picture.waits) this.known.set(wait.id, wait);
  }

  /** @returns the conversation as it will stand */
  collect(before: Loaded, picture: Picture): Loaded {
    if (before.picture === picture && before.revision !== null) return before;
    const nextAt = nextTimerAt(picture);
    this.collectConversation(before, picture.conversation, nextAt);
    for (const wait of picture.waits) this.collectWait(wait);
    for (const reply of picture.replies) if (!before.picture.replies.includes(reply)) this.replies.push(reply);
    return { picture, nextAt, revision: before.revision === null ? 0 : before.revision + 1 };
  }

  /** To be written before the others, ended ones before open ones: one wait of a conversation is open at a time, also between two rows. */
  changeWaits(): LastStatement[] {
    this.changedWaits.sort((a, b) => Number(a.state === 'open') - Number(b.state === 'open'));
    return put(CHANGE_WAITS, WAIT, this.changedWaits);
  }

  others(): LastStatement[] {
    return [
      ...put(ADD_CONVERSATIONS, CONVERSATION, this.added),
      ...put(CHANGE_CONVERSATIONS, CONVERSATION, this.changed),
      ...put(PROGRESS_CONVERSATIONS, PROGRESS, this.progressed),
      ...put(ADD_WAITS, WAIT, this.opened),
      ...put(EXTEND_WAITS, EXTENSION, this.extended),
      ...put(ADD_LEVELS, LEVEL, this.plannedLevels),
      ...put(CHANGE_LEVELS, LEVEL, this.changedLevels),
      ...put(CHANGE_REPLIES, REPLY, this.replies),
    ];
  }

  /** Every conversation in which anything changed gets a new revision, also when only its waits or replies did. */
  private collectConversation(before: Loaded, conversation: Conversation, nextAt: Date | null): void {
    if (before.revision === null) this.added.push({ nextAt, ...conversation });
    else if (differ(before.picture.conversation, conversation, MOVES_ALONG))
      this.changed.push({ nextAt, ...conversation });
    else
      this.progressed.push({
        id: conversation.id,
        version: conversation.version,
        preview: conversation.preview,
        nextAt,
      });
  }

  private collectWait(wait: Wait): void {
    const before = this.known.get(wait.id);
    if (before === wait) return;
    if (!before) {
      this.opened.push(wait);
      this.plannedLevels.push(...wait.levels);
    } else if (!differ(before, wait, EXTENDS)) this.extended.push(wait);
    else {
      this.changedWaits.push(wait);
      for (const level of wait.levels) if (!before.levels.includes(level)) this.changedLevels.push(level);
    }
  }
}

/** Whether anything beside `exempt` is another value now; models are never changed in place. */
function differ<Model extends object>(before: Model, after: Model, exempt: ReadonlySet<string>): boolean {
  for (const name in after) if (!isSame(before[name], after[name]) && !exempt.has(name)) return true;
  return false;
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((entry, i) => entry === b[i]);
}

function ledgerRow({ fact, evidenceId }: RecordedFact, now: Date): object {
  const { wait, level } = fact;
  return {
    id: newId(),
    waitId: wait.id,
    conversationId: wait.threadId,
    type: fact.type,
    at: fact.at,
    recordedAt: now,
    cause: fact.cause ?? null,
    actor: fact.actor ?? null,
    evidenceId,
    policyId: wait.policyId,
    policyVersion: wait.policyVersion,
    data: { dueAt: wait.deadlineAt?.toISOString() ?? null, ...(level && { recipient: level.recipient }), ...fact.data },
  };
}
