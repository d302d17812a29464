import type { MigrationInterface, QueryRunner } from 'typeorm';

const DELIVERIES = `
  create table channels (
    id uuid primary key,
    kind text not null,
    name text not null,
    address text not null,
    config jsonb not null,
    sealed_secrets text not null,
    team_ids uuid[] not null,
    removed boolean not null,
    changed_at timestamptz not null
  );
  create table people (
    id uuid primary key,
    email text not null,
    name text not null,
    role text not null,
    team_ids uuid[] not null,
    language text not null,
    time_zone text not null,
    phone text,
    active boolean not null,
    changed_at timestamptz not null
  );
  create table teams (
    id uuid primary key,
    name text not null,
    member_ids uuid[] not null,
    changed_at timestamptz not null
  );
  -- who may see a conversation, as inbox's events say (security.md D1)
  create table conversations (
    id uuid primary key,
    channel_team_ids uuid[] not null,
    team_id uuid,
    assignee_id uuid
  ) with (fillfactor = 80);

  create table deliveries (
    id uuid primary key,
    message_id uuid not null unique,
    message_seq int not null,
    conversation_id uuid not null,
    channel_id uuid not null,
    channel_kind text not null,
    recipients text not null,
    reply jsonb not null,
    state text not null
      check (state in ('queued', 'sending', 'unknown', 'sent', 'failed', 'delivered', 'read')),
    reason text,
    provider_id text,
    -- ids of attempts before a retry by hand: what the provider still says about those is history
    former_provider_ids text[] not null default '{}',
    message_id_header text,
    released_at timestamptz not null,
    not_accepted_in_time boolean not null default false,
    attempts int not null default 0,
    -- attempts since the reply was last queued by an event or a person: the place in the backoff
    tries int not null default 0,
    next_at timestamptz,
    attempt_id uuid,
    attempt_at timestamptz,
    worker text,
    lease_until timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((state = 'queued') = (next_at is not null)),
    check (state <> 'sending' or attempt_id is not null)
  ) with (fillfactor = 80);
  create index deliveries_due on deliveries (next_at) where state = 'queued';
  create index deliveries_in_hand on deliveries (lease_until) where state = 'sending';
  create index deliveries_line on deliveries (conversation_id, channel_id, message_seq)
    where state in ('queued', 'sending');
  create index deliveries_handover on deliveries (released_at)
    where state in ('queued', 'sending') and not not_accepted_in_time;
  create index deliveries_provider on deliveries (provider_id) where provider_id is not null;
  create index deliveries_header on deliveries (message_id_header) where message_id_header is not null;
  create index deliveries_list on deliveries (created_at, id);
  create index deliveries_by_state on deliveries (state, created_at, id);
  create index deliveries_by_conversation on deliveries (conversation_id);

  -- a provider's word that came before the row it is about knew its provider id
  create table unmatched_reports (
    id uuid primary key,
    delivery_id uuid,
    provider_id text,
    message_id_header text,
    report jsonb not null,
    reported_at timestamptz not null
  );
  create index unmatched_reports_provider on unmatched_reports (provider_id) where provider_id is not null;
  create index unmatched_reports_header on unmatched_reports (message_id_header)
    where message_id_header is not null;
  create index unmatched_reports_delivery on unmatched_reports (delivery_id) where delivery_id is not null;
  create index unmatched_reports_age on unmatched_reports (reported_at);

  -- kairos_deliveries_total, exact across restarts
  create table delivery_counts (
    channel_kind text not null,
    state text not null,
    n bigint not null,
    primary key (channel_kind, state)
  ) with (fillfactor = 50);
`;

/** Replies on their way to customers, what providers say about them, and the copies of other apps' facts they need. */
export class Deliveries1763856000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DELIVERIES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table delivery_counts, unmatched_reports, deliveries, conversations, teams, people, channels',
    );
  }
}
