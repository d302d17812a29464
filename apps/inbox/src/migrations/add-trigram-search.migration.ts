import type { MigrationInterface, QueryRunner } from 'typeorm';

/** pg_trgm where the login may create it (it is a trusted extension); without it search reads the rows one by one. */
export class AddTrigramSearch1795392000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // the login may do what the app's role may not; a refusal undoes only the inner block
    await runner.query(`
      do $$
      declare me text := current_user;
      begin
        begin
          set local role none;
          create extension if not exists pg_trgm with schema public;
          execute format('set local role %I', me);
        exception when others then null;
        end;
      end $$`);
    await runner.query(`
      do $$
      declare place text;
      begin
        select n.nspname into place from pg_extension e join pg_namespace n on n.oid = e.extnamespace where extname = 'pg_trgm';
        if place is not null then
          execute format('create index search_entries_body on search_entries using gin (body %I.gin_trgm_ops)', place);
          execute format('create index customer_search_body on customer_search using gin (body %I.gin_trgm_ops)', place);
        end if;
      end $$`);
  }

  async down(): Promise<void> {
    throw new Error('the indexes do no harm; drop them by hand if you must');
  }
}
