import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom the author of a draft named, and the channel that is to reach them: an address means nothing on another one. */
export class AddDraftRecipients1795392000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table drafts add column channel_id uuid, add column recipients jsonb, add column copies jsonb',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table drafts drop column channel_id, drop column recipients, drop column copies');
  }
}
