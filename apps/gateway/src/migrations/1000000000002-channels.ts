import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Connected mailboxes, numbers, pages and widgets. */
export class Channels1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table channels (
        id uuid primary key,
        kind text not null,
        name text not null,
        config jsonb not null,
        -- mailbox (lower case), number (E.164), page id; '' where there is none
        address text not null,
        -- the part of a mail address around a reply token (kernel replyBase); null for other kinds
        reply_base text,
        -- a list of at most two secret sets, the newest first, sealed with KAIROS_SECRET
        sealed_secrets text not null,
        team_ids uuid[] not null default '{}',
        website_token text constraint channels_website_token_key unique,
        state text not null check (state in ('live', 'waiting', 'failing', 'needs_sign_in', 'off')),
        state_reason text,
        last_received_at timestamptz,
        removed_at timestamptz,
        created_at timestamptz not null,
        updated_at timestamptz not null
      );
      -- one mailbox, number or page belongs to one live channel
      create unique index channels_address_key on channels (kind, address) where removed_at is null and address <> '';
      create unique index channels_reply_base_key on channels (reply_base) where removed_at is null;
      create index channels_by_age on channels (id) where removed_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table channels');
  }
}
