import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every table of inbox. No foreign keys on what one intake statement writes: its parts are written together, rows are
 * never deleted, and a check per row would cost a third of the ingest.
 */
export class CreateInbox1795392000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...CUSTOMERS, ...CONVERSATIONS, ...MESSAGES, ...OUTGOING, ...DIRECTORY, ...COUNTS]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    throw new Error('inbox keeps its first tables; restore a backup instead');
  }
}

const CUSTOMERS = [
  `create table customers (
     id uuid primary key,
     -- the one it is merged into, at the end of the chain; itself when it stands alone
     living_id uuid not null,
     display_name text not null,
     -- false: the name is only the address as it came
     named boolean not null,
     language text,
     time_zone text,
     notes text not null default '',
     tags text[] not null default '{}',
     created_at timestamptz not null
   )`,
  `create index customers_merged on customers (living_id) where living_id <> id`,
  `create table customer_links (
     id uuid primary key,
     from_id uuid not null,
     into_id uuid not null,
     by_id uuid not null,
     at timestamptz not null,
     ended_at timestamptz
   )`,
  `create unique index customer_links_live on customer_links (from_id) where ended_at is null`,
  `create table contact_points (
     id uuid primary key,
     -- whom it was first seen with: never rewritten by a merge, so that an un-merge knows where it belongs
     customer_id uuid not null,
     kind text not null check (kind in ('email', 'phone', 'messenger', 'webchat', 'custom')),
     scope text not null,
     address text not null,
     display text not null,
     name text,
     verified boolean not null,
     shared boolean not null default false,
     claimed jsonb,
     created_at timestamptz not null,
     constraint contact_points_address unique (kind, scope, address)
   )`,
  `create index contact_points_customer on contact_points (customer_id)`,
];

const CONVERSATIONS = [
  `create table conversations (
     id uuid primary key,
     -- the living customer; home_customer_id is the one it was opened for, for an un-merge
     customer_id uuid not null,
     home_customer_id uuid not null,
     subject text,
     status text not null check (status in ('open', 'snoozed', 'resolved')),
     -- outside the one-open rule, and why
     apart text check (apart in ('claim', 'split', 'merge')),
     priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
     assignee_id uuid,
     team_id uuid,
     tags text[] not null default '{}',
     channel_ids uuid[] not null,
     channel_kinds text[] not null,
     -- empty: everybody
     channel_team_ids uuid[] not null,
     participants text[] not null default '{}',
     last_seq int not null,
     version int not null,
     last_public_seq int not null,
     last_customer_seq int not null,
     -- customer messages up to here are answered or excused
     answered_seq int not null default 0,
     last_reply_at timestamptz,
     preview text not null,
     reply_channel_id uuid,
     last_message_at timestamptz not null,
     created_at timestamptz not null,
     resolved_at timestamptz,
     snoozed_until timestamptz,
     merged_into_id uuid,
     due jsonb,
     -- infinity: nobody waits
     due_at timestamptz not null default 'infinity',
     due_told_at timestamptz
   ) with (fillfactor = 80)`,
  `create unique index conversations_one_open on conversations (customer_id) where status <> 'resolved' and apart is null`,
  `create index conversations_customer on conversations (customer_id, id)`,
  `create index conversations_newest on conversations (last_message_at, id)`,
  `create index conversations_due on conversations (due_at, last_message_at desc, id desc)`,
  `create index conversations_open_due on conversations (due_at, last_message_at desc, id desc) where status = 'open'`,
  `create index conversations_assignee on conversations (assignee_id) where assignee_id is not null and status <> 'resolved'`,
  `create index conversations_snoozed on conversations (snoozed_until) where status = 'snoozed' and snoozed_until is not null`,
  `create index conversations_tags on conversations using gin (tags) where tags <> '{}'`,
  `create index conversations_merged on conversations (merged_into_id) where merged_into_id is not null`,
  `create table conversation_links (
     id uuid primary key,
     kind text not null check (kind in ('continues', 'claims', 'merged', 'split')),
     from_id uuid not null,
     to_id uuid not null,
     at timestamptz not null,
     by_id uuid,
     -- of the merged one, for taking the merge back
     former_status text,
     ended_at timestamptz
   )`,
  `create index conversation_links_from on conversation_links (from_id)`,
  `create index conversation_links_to on conversation_links (to_id)`,
  `create table drafts (
     conversation_id uuid not null,
     person_id uuid not null,
     kind text not null check (kind in ('reply', 'note')),
     text text not null,
     updated_at timestamptz not null,
     primary key (conversation_id, person_id)
   )`,
];

const MESSAGES = [
  `create table messages (
     id uuid primary key,
     conversation_id uuid not null,
     seq int not null,
     kind text not null check (kind in ('inbound', 'reply', 'note', 'system')),
     automatic boolean not null default false,
     courtesy boolean not null default false,
     channel_id uuid,
     channel_kind text,
     sla_kind text,
     contact_point_id uuid,
     from_address text not null,
     from_name text,
     recipients jsonb not null default '[]',
     copies jsonb not null default '[]',
     subject text,
     text text not null,
     -- as it came; sanitised at render
     html text,
     attachments jsonb not null default '[]',
     at timestamptz not null,
     received_at timestamptz not null,
     external_id text,
     receipt_id text,
     dedupe_key text,
     mail jsonb,
     parse_problem text,
     client_id text,
     author_id uuid,
     delivery_id uuid,
     delivery_state text,
     delivery_reason text,
     provider_id text,
     system jsonb
   )`,
  `create unique index messages_seq on messages (conversation_id, seq)`,
  `create unique index messages_dedupe on messages (dedupe_key) where dedupe_key is not null`,
  `create unique index messages_client on messages (conversation_id, client_id) where kind in ('reply', 'note')`,
  `create table further_deliveries (
     message_id uuid not null,
     receipt_id text not null,
     channel_id uuid not null,
     received_at timestamptz not null,
     primary key (message_id, receipt_id)
   )`,
  `create table message_attachments (
     attachment_id text not null,
     message_id uuid not null,
     primary key (attachment_id, message_id)
   )`,
  `create table search_pending (message_id uuid primary key)`,
  `create table search_entries (id uuid primary key, conversation_id uuid not null, body text not null)`,
  `create index search_entries_conversation on search_entries (conversation_id)`,
  `create table customer_search (customer_id uuid primary key, body text not null)`,
];

const OUTGOING = [
  `create table reply_tokens (
     token text primary key,
     conversation_id uuid not null,
     channel_id uuid not null,
     created_at timestamptz not null,
     unique (conversation_id, channel_id)
   )`,
  `create table sent_mail_ids (
     header text not null,
     message_id uuid not null,
     primary key (header, message_id)
   )`,
  `create table thread_keys (
     channel_id uuid not null,
     contact_point_id uuid not null,
     key text not null,
     conversation_id uuid not null,
     primary key (channel_id, contact_point_id, key)
   )`,
  `create table uploads (
     id uuid primary key,
     person_id uuid not null,
     name text not null,
     content_type text not null,
     size int not null,
     sha256 text not null,
     created_at timestamptz not null
   )`,
];

const DIRECTORY = [
  `create table channels (
     id uuid primary key,
     kind text not null,
     sla_kind text not null,
     name text not null,
     address text not null,
     display_name text,
     team_ids uuid[] not null default '{}',
     removed boolean not null default false
   )`,
  `create table people (id uuid primary key, name text not null, email text not null, active boolean not null)`,
  `create table teams (id uuid primary key, name text not null)`,
];

const COUNTS = [
  // several slots a kind, so that two writers seldom wait for one row
  `create table threaded_counts (
     channel_kind text not null,
     slot int not null,
     messages bigint not null,
     primary key (channel_kind, slot)
   ) with (fillfactor = 50)`,
];
