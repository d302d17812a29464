import type { MigrationInterface, QueryRunner } from 'typeorm';
import { defaultPolicies } from '../policies/default-policies.rules.js';

/** Conversations as far as clocks need them, waits with everything stamped on them, and what follows from a wait. */
export class CreateSla1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of TABLES) await runner.query(statement);
    const policies = defaultPolicies();
    await runner.query(
      `insert into policies (id, version, created_at)
       select (p->>'id')::uuid, 1, clock_timestamp() from jsonb_array_elements($1::jsonb) p`,
      [JSON.stringify(policies)],
    );
    await runner.query(
      `insert into policy_versions (policy_id, version, body, created_at)
       select (p->>'id')::uuid, 1, p, clock_timestamp() from jsonb_array_elements($1::jsonb) p`,
      [JSON.stringify(policies)],
    );
    await runner.query(
      'insert into policy_lists (version, policies, created_at) values (1, $1::jsonb, clock_timestamp())',
      [JSON.stringify(policies)],
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['ledger', 'replies', 'escalations', 'waits', 'conversations', 'names', 'counters'])
      await runner.query(`drop table ${table}`);
    for (const table of ['policy_lists', 'policy_versions', 'policies']) await runner.query(`drop table ${table}`);
  }
}

/** No foreign keys on the hot path: one statement writes them together, from one picture, under the conversation's lock. */
const TABLES = [
  `create table policies (
     id uuid primary key,
     version int not null,
     created_at timestamptz not null,
     hidden_at timestamptz
   )`,
  `create table policy_versions (
     policy_id uuid not null references policies (id),
     version int not null,
     body jsonb not null,
     created_at timestamptz not null,
     created_by uuid,
     primary key (policy_id, version)
   )`,
  // the whole ranked list after each save: what a wait was judged by can be looked up for ever
  `create table policy_lists (
     version int primary key,
     policies jsonb not null,
     created_at timestamptz not null
   )`,
  `create table conversations (
     id uuid primary key,
     -- counts our own writes: tells a reader whose snapshot is older than the lock it waited for
     revision bigint not null default 0,
     -- inbox's version of the conversation after the last event handled here
     version bigint not null default 0,
     customer_id uuid,
     customer_name text not null default '',
     status text not null default 'open',
     priority text not null default 'normal',
     tags text[] not null default '{}',
     subject text,
     preview text not null default '',
     channel_team_ids uuid[] not null default '{}',
     team_id uuid,
     assignee_id uuid,
     assigned_at timestamptz,
     human_replied boolean not null default false,
     merged_into_id uuid,
     -- the earliest timer of all its waits, levels and replies in hand-over
     next_at timestamptz
   ) with (fillfactor = 80)`,
  'create index conversations_due on conversations (next_at) where next_at is not null',
  `create table waits (
     id uuid primary key,
     conversation_id uuid not null,
     -- the living conversation: another one after a merge
     thread_id uuid not null,
     customer_id uuid,
     kind text not null check (kind in ('first_response', 'next_response', 'resolution', 'callback')),
     state text not null check (state in ('open', 'ended')),
     outcome text check (outcome in ('met', 'breached', 'cancelled')),
     reason text,
     causes text[] not null default '{}',
     opened_at timestamptz not null,
     received_at timestamptz not null,
     channel_timestamp timestamptz,
     received_late boolean not null default false,
     opening_message_id uuid not null,
     opening_channel_kind text not null,
     opening_seq int not null,
     last_seq int not null,
     candidates jsonb not null,
     -- of the message that set the deadline
     channel_id uuid not null,
     channel_kind text not null,
     sla_kind text not null,
     deadline_message_id uuid not null,
     policy_id uuid,
     policy_version int,
     list_version int not null,
     target_seconds float8,
     basis text not null default 'clock' check (basis in ('clock', 'business')),
     calendar_id uuid,
     calendar_version int,
     starts_at timestamptz not null,
     deadline_at timestamptz,
     warnings jsonb not null default '[]',
     opened_facts jsonb not null,
     -- as they are while it is open, frozen when it ends
     priority text not null,
     tags text[] not null default '{}',
     team_id uuid,
     assignee_id uuid,
     breached_at timestamptz,
     detected_at timestamptz,
     assignee_id_at_deadline uuid,
     team_id_at_deadline uuid,
     owned_for_seconds float8,
     satisfied_at timestamptz,
     answer_message_id uuid,
     answered_by_id uuid,
     ended_at timestamptz,
     withdrawn_at timestamptz,
     revocations int not null default 0,
     -- the instant by which it falls into a period of a report (domain: outcome instant; open ones by opening)
     figure_at timestamptz generated always as (
       case outcome when 'met' then satisfied_at when 'breached' then deadline_at when 'cancelled' then ended_at else opened_at end
     ) stored,
     constraint ended_has_outcome check (state = 'open' or outcome is not null),
     constraint open_is_undecided check (state = 'ended' or outcome is null or outcome = 'breached'),
     constraint breach_is_at_deadline check (breached_at is null or breached_at = deadline_at),
     constraint outcome_follows_breach check ((outcome is not distinct from 'breached') = (breached_at is not null))
   ) with (fillfactor = 80)`,
  `create unique index one_open_response_wait on waits (conversation_id, thread_id)
     where state = 'open' and kind in ('first_response', 'next_response')`,
  'create index waits_by_conversation on waits (conversation_id)',
  'create index waits_by_thread on waits (thread_id)',
  'create index waits_by_answer on waits (answer_message_id) where answer_message_id is not null',
  'create index waits_newest on waits (opened_at desc, id desc)',
  'create index waits_by_figure on waits (figure_at, id)',
  `create table escalations (
     id uuid not null,
     wait_id uuid not null,
     level int not null,
     at jsonb not null,
     recipient jsonb not null,
     due_at timestamptz not null,
     state text not null check (state in ('pending', 'fired', 'skipped')),
     fired_at timestamptz,
     reason text,
     constraint each_level_once primary key (wait_id, level),
     constraint fired_has_instant check ((state = 'fired') = (fired_at is not null))
   )`,
  `create table replies (
     message_id uuid primary key,
     conversation_id uuid not null,
     -- null: the provider's word came before the reply itself
     seq int not null default 0,
     released_at timestamptz,
     author_id uuid,
     human boolean not null default false,
     state text not null check (state in ('released', 'accepted', 'revoked')),
     delivery_state text,
     delivery_at timestamptz,
     handover_due_at timestamptz,
     failed boolean not null default false,
     -- delivery events handled: a redelivered "failed" must not revoke what a retry has sent
     heard uuid[] not null default '{}'
   )`,
  'create index replies_by_conversation on replies (conversation_id, released_at)',
  `create table ledger (
     id uuid not null,
     wait_id uuid not null,
     conversation_id uuid not null,
     type text not null,
     at timestamptz not null,
     recorded_at timestamptz not null,
     cause text,
     actor text,
     evidence_id uuid,
     policy_id uuid,
     policy_version int,
     data jsonb not null,
     primary key (wait_id, id)
   )`,
  'create table counters (name text primary key, value bigint not null)',
  `insert into counters values ('breached', 0)`,
  // people, teams and channels as reports name them
  `create table names (
     id uuid primary key,
     kind text not null check (kind in ('person', 'team', 'channel')),
     name text not null
   )`,
];
