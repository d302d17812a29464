import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trail is read newest first, by who did it, by what was done, by what it was done to. */
export class AuditIndexes1000000000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index audit_entries_by_time;
      create index audit_entries_by_time on audit_entries (at desc, id desc);
      create index audit_entries_by_actor on audit_entries (actor_id, at desc, id desc);
      create index audit_entries_by_subject on audit_entries (subject_id, at desc, id desc);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index audit_entries_by_subject, audit_entries_by_actor, audit_entries_by_time;
      create index audit_entries_by_time on audit_entries (at desc);
    `);
  }
}
