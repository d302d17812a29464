import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a visitor of the web chat may see: his own messages and our answers, numbered for him without gaps. */
export class Chat1000000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table chat_visitors (
        channel_id uuid not null,
        visitor_id uuid not null,
        -- where his last message went; null until the first one is threaded
        conversation_id uuid,
        last_seq int not null default 0,
        created_at timestamptz not null,
        primary key (channel_id, visitor_id)
      ) with (fillfactor = 80);
      create table chat_messages (
        channel_id uuid not null,
        visitor_id uuid not null,
        -- 1, 2, 3 … of this visitor on this channel, whatever conversation it is in
        seq int not null,
        -- the message's id in the inbox
        id uuid not null constraint chat_messages_id_key unique,
        kind text not null check (kind in ('inbound', 'reply')),
        text text not null,
        -- of a reply: AttachmentRef[]
        attachments jsonb not null default '[]',
        at timestamptz not null,
        client_id text,
        conversation_id uuid not null,
        -- of a reply: what delivery.changed is about; delivered_at once his browser had it
        delivery_id uuid,
        delivered_at timestamptz,
        primary key (channel_id, visitor_id, seq)
      );
      create unique index chat_messages_client_key on chat_messages (channel_id, visitor_id, client_id) where client_id is not null;
      create index chat_messages_undelivered on chat_messages (channel_id, visitor_id, seq)
        where kind = 'reply' and delivered_at is null;
      -- proofs of identity are good once (security.md J1)
      create table chat_proofs (
        channel_id uuid not null,
        proof_id text not null,
        expires_at timestamptz not null,
        primary key (channel_id, proof_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table chat_proofs, chat_messages, chat_visitors');
  }
}
