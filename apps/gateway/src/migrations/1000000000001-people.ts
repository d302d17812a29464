import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Persons, teams, sessions, API tokens, and the trail of what privileged people did. */
export class People1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PEOPLE);
    await runner.query(TRAIL);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table audit_entries, versions, api_tokens, sessions, team_members, teams, persons;
      drop function refuse_change;
    `);
  }
}

const PEOPLE = `
  create table persons (
    id uuid primary key,
    email text not null constraint persons_email_key unique check (email = lower(email)),
    name text not null,
    role text not null check (role in ('agent', 'lead', 'manager', 'admin')),
    -- argon2id; null: nobody signs in as this person until a password is set
    password_hash text,
    language text not null default 'en',
    time_zone text not null default 'UTC',
    phone text,
    active boolean not null default true,
    created_at timestamptz not null,
    updated_at timestamptz not null
  );
  create table teams (
    id uuid primary key,
    name text not null constraint teams_name_key unique,
    created_at timestamptz not null
  );
  create table team_members (
    team_id uuid not null references teams (id) on delete cascade,
    person_id uuid not null references persons (id) on delete cascade,
    primary key (team_id, person_id)
  );
  create index team_members_by_person on team_members (person_id);
  create table sessions (
    id uuid primary key,
    person_id uuid not null references persons (id) on delete cascade,
    -- sha-256 of 256 random bits; the token itself is in the browser's cookie only
    token_hash text not null constraint sessions_token_key unique,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    address text,
    user_agent text
  );
  create index sessions_by_person on sessions (person_id);
  create table api_tokens (
    id uuid primary key,
    person_id uuid not null references persons (id) on delete cascade,
    name text not null,
    token_hash text not null constraint api_tokens_token_key unique,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_used_at timestamptz
  );
  create index api_tokens_by_person on api_tokens (person_id);
`;

const TRAIL = `
  -- bumped by whoever changes people or channels, so that other gateway processes notice within a second
  create table versions (
    name text primary key,
    version bigint not null default 0
  );
  insert into versions (name) values ('people'), ('channels');
  create table audit_entries (
    id uuid primary key,
    at timestamptz not null,
    -- null: the start of the product did it (first administrator from the environment)
    actor_id uuid,
    action text not null,
    subject_kind text not null,
    subject_id uuid,
    details jsonb not null,
    correlation_id text
  );
  create index audit_entries_by_time on audit_entries (at desc);
  create function refuse_change() returns trigger language plpgsql as $$
    begin raise exception 'audit_entries is append-only'; end $$;
  create trigger audit_entries_append_only before update or delete or truncate on audit_entries
    for each statement execute function refuse_change();
`;
