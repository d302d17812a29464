import { isTransient } from '#database';
import { testInstallation, type TestInstallation } from '#testing';

describe('prepared statements on a real database', () => {
  let installation: TestInstallation;
  beforeAll(async () => {
    installation = await testInstallation();
  });
  afterAll(() => installation.close());

  it('another process changes a table: one refusal that passes by itself, then the new column is there', async () => {
    const { db } = await installation.open('inbox', []);
    await db.query('create table pets (name text)');
    await db.query(`insert into pets values ('Rex')`);
    const read = () => db.transaction((tx) => tx.query('select * from pets where name = $1', ['Rex']));
    for (let n = 0; n < 4; n++) expect(await read()).toEqual([{ name: 'Rex' }]);
    expect(
      await db.query(`select 1 from pg_prepared_statements where statement like 'select * from pets%'`),
    ).toHaveLength(1);
    await db.query('alter table pets add column age int');
    const refused: unknown = await read().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: '0A000' });
    expect(isTransient(refused)).toBe(true);
    for (let n = 0; n < 4; n++) expect(await read()).toEqual([{ name: 'Rex', age: null }]);
  });

  it('a statement that always failed is planned anew without harm to the transaction around it', async () => {
    const { db } = await installation.open('sla', []);
    const work = (text: string) =>
      db.transaction(async (tx) => {
        await tx.query('select 1');
        await tx.query(text);
        return 'done';
      });
    for (let n = 0; n < 12; n++) await expect(work('select * from not_there')).rejects.toMatchObject({ code: '42P01' });
    await db.query('create table not_there (name text)');
    for (let n = 0; n < 12; n++) expect(await work('select * from not_there')).toBe('done');
  });
});
