import type { MigrationInterface, QueryRunner } from 'typeorm';

const ALERTS = `
  create table destinations (
    id uuid primary key,
    kind text not null check (kind in ('slack', 'email', 'sms', 'webhook')),
    name text not null,
    config jsonb not null,
    sealed_secrets text,
    state text not null default 'live' check (state in ('live', 'failing')),
    state_reason text,
    -- what Slack calls config.channel; its history can be read by id only
    slack_channel_id text,
    -- Retry-After of the provider
    paused_until timestamptz,
    removed_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  );

  -- one message in a Slack channel: of one breach, or a digest of many
  create table slack_messages (
    -- also the id in the message's metadata, by which it is found again
    id uuid primary key,
    destination_id uuid not null references destinations (id),
    kind text not null check (kind in ('single', 'digest')),
    after_downtime boolean not null default false,
    state text not null check (state in ('queued', 'sending', 'sent', 'skipped', 'failed')),
    reason text,
    -- counts what should be shown and what is: the difference is a chat.update
    wanted_version int not null default 1,
    shown_version int not null default 0,
    items int not null,
    last_added_at timestamptz not null,
    slack_channel_id text,
    ts text,
    -- an earlier attempt may have been posted: look in the channel's history first
    unsure boolean not null default false,
    tries int not null default 0,
    next_at timestamptz,
    attempt_at timestamptz,
    worker text,
    lease_until timestamptz,
    trouble_since timestamptz,
    told_otherwise_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  ) with (fillfactor = 80);
  create index slack_messages_due on slack_messages (next_at) where next_at is not null;
  create index slack_messages_held on slack_messages (lease_until) where worker is not null;
  create index slack_messages_trouble on slack_messages (trouble_since)
    where trouble_since is not null and told_otherwise_at is null;
  create index slack_messages_digests on slack_messages (destination_id, last_added_at) where kind = 'digest';

  -- one row a level and recipient
  create table alerts (
    id uuid primary key,
    escalation_id uuid not null,
    wait_id uuid not null,
    conversation_id uuid not null,
    level int not null,
    breached boolean not null,
    kind text not null check (kind in ('slack', 'email', 'sms', 'webhook', 'in_app')),
    -- destination id (slack, webhook), address (email, sms) or person id (in_app)
    target text not null,
    destination_id uuid references destinations (id),
    channel_id uuid,
    language text,
    time_zone text,
    facts jsonb not null,
    -- why somebody else than the policy says is told
    why text,
    ended jsonb,
    state text not null check (state in ('queued', 'sending', 'sent', 'recorded', 'skipped', 'failed')),
    reason text,
    slack_message_id uuid references slack_messages (id),
    attempts int not null default 0,
    next_at timestamptz,
    worker text,
    lease_until timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (escalation_id, kind, target)
  ) with (fillfactor = 80);
  create index alerts_wait on alerts (wait_id);
  create index alerts_message on alerts (slack_message_id) where slack_message_id is not null;
  create index alerts_recent on alerts (destination_id, created_at) where destination_id is not null;
  create index alerts_due on alerts (next_at) where state = 'queued' and next_at is not null;
  create index alerts_held on alerts (lease_until) where state = 'sending' and worker is not null;
  create index alerts_told on alerts (kind, target, updated_at) where state = 'sent';
`;

/** Who is told when a promise is in danger or broken, and what became of telling them. */
export class Alerts1763856000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ALERTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table alerts, slack_messages, destinations');
  }
}
