import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What came in, as it came, before anybody looked into it. */
export class Receipts1000000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table receipts (
        -- uuid v7: the order in which this process took them in
        id uuid primary key,
        channel_id uuid not null,
        channel_kind text not null,
        -- the provider's id of the delivery; for mail the email key (domain.md 3.1), never the Message-ID
        provider_key text not null,
        -- who seems to have written: what is read after the acknowledgement keeps its order per sender
        sender text not null,
        received_at timestamptz not null,
        -- method, URL and headers of a webhook, the envelope of a mail: enough to read the bytes again
        request jsonb not null,
        raw bytea not null,
        -- stored: not yet handed on; unreadable: handed on with a note, since its content could not be read
        state text not null check (state in ('stored', 'published', 'unreadable')),
        error text,
        constraint receipts_provider_key unique (channel_id, provider_key)
      );
      create index receipts_to_read on receipts (id) where state = 'stored';
      create index receipts_to_read_by_sender on receipts (channel_id, sender) where state = 'stored';
      -- one row per item of deliveries that bundle several: a bundle sent again with other neighbours adds nothing
      create table arrivals (
        channel_id uuid not null,
        item_key text not null,
        receipt_id uuid not null,
        primary key (channel_id, item_key)
      );
      -- messages acknowledged per kind of channel; each process adds to a slot of its own, the sum is exact
      create table accepted_counts (
        channel_kind text not null,
        slot smallint not null,
        n bigint not null,
        primary key (channel_kind, slot)
      ) with (fillfactor = 50);
      -- who reads stored receipts, when several gateway processes run
      create table worker_leases (
        name text primary key,
        holder uuid not null,
        held_until timestamptz not null
      ) with (fillfactor = 50);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table worker_leases, accepted_counts, arrivals, receipts');
  }
}
