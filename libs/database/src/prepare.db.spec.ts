import type { MigrationInterface, QueryRunner } from 'typeorm';
import { newId } from '#kernel';
import { testInstallation, type TestInstallation } from '#testing';
import { Database } from './database.js';
import { prepareSchema, runAsOwner } from './prepare.js';

class MakePets1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('select pg_sleep(0.05)');
    await runner.query('create table pets (name text primary key)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table pets');
  }
}

describe('several processes that begin at the same moment', () => {
  let installations: TestInstallation[];
  const schema = `race_${newId().replaceAll('-', '').slice(-12)}`;
  beforeAll(async () => {
    installations = await Promise.all([testInstallation(), testInstallation()]);
  });
  afterAll(async () => {
    const [first, second] = installations;
    for (const { url } of [first!, second!]) await runAsOwner(url, [`drop schema ${schema} cascade`]);
    await runAsOwner(first!.url, [`drop owned by kairos_${schema}`]);
    await runAsOwner(second!.url, [`drop owned by kairos_${schema}`, `drop role kairos_${schema}`]);
    for (const installation of installations) await installation.close();
  });

  it('two databases of one server share the roles that each of them makes', async () => {
    const urls = installations.flatMap(({ url }) => [url, url, url]);
    const prepared = await Promise.all(urls.map((url) => prepareSchema(url, schema)));
    expect(new Set(prepared.map(({ role }) => role))).toEqual(new Set([`kairos_${schema}`]));
  });

  it('two processes of one app migrate it once', async () => {
    const { url } = installations[0]!;
    const databases = [1, 2, 3].map(() => new Database({ url, schema, migrations: [MakePets1000000000001] }));
    await Promise.all(databases.map((database) => database.start()));
    for (const database of databases) expect(await database.query('select * from pets')).toEqual([]);
    await Promise.all(databases.map((database) => database.stop()));
  });
});
