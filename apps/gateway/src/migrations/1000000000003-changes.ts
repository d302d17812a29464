import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The feed of what happened, for integrators and for pages that catch up. */
export class Changes1000000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- one row: cursors are given out under its lock, so they commit in order and none is skipped by a reader
      create table change_head (
        only_row boolean primary key default true check (only_row),
        last_cursor bigint not null default 0
      ) with (fillfactor = 50);
      insert into change_head default values;
      create table changes (
        event_id uuid primary key,
        -- null: its conversation is not known here yet (events of two topics cross); given when it is
        cursor bigint constraint changes_cursor_key unique,
        type text not null,
        conversation_id uuid,
        -- of customer.*: all of that customer; visible to whoever sees one of them
        conversation_ids uuid[],
        -- who saw the conversation until this very event (conversation.assigned) has to learn that it left
        former_team_id uuid,
        former_assignee_id uuid,
        seq int,
        version int,
        occurred_at timestamptz not null,
        payload jsonb not null
      );
      create index changes_unplaced on changes (conversation_id) where cursor is null;
      create table conversation_audiences (
        conversation_id uuid primary key,
        channel_ids uuid[] not null,
        -- of those channels, united; empty: everybody, because one of them is everybody's
        channel_team_ids uuid[] not null,
        team_id uuid,
        assignee_id uuid,
        version bigint not null
      ) with (fillfactor = 80);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table conversation_audiences, changes, change_head');
  }
}
