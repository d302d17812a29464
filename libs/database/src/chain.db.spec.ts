import pg from 'pg';
import { testInstallation, type TestInstallation } from '#testing';
import { Chain } from './chain.js';
import type { Statement } from './statement.js';

describe('a chain of statements on a real connection', () => {
  let installation: TestInstallation;
  let client: pg.Client;
  let syncs = 0;
  beforeAll(async () => {
    installation = await testInstallation();
    client = new pg.Client({ connectionString: installation.url, pipeline: true } as pg.ClientConfig);
    await client.connect();
    await client.query('create temporary table pets (name text primary key)');
    const wire = (client as unknown as { connection: { sync(): void } }).connection;
    const sync = wire.sync.bind(wire);
    wire.sync = () => {
      syncs += 1;
      sync();
    };
  });
  afterAll(async () => {
    await client.end();
    await installation.close();
  });
  beforeEach(async () => {
    await client.query('delete from pets');
    syncs = 0;
  });

  const ask = (...statements: Statement[]) => {
    const chain = new Chain(statements);
    client.query(chain as unknown as pg.Submittable);
    return chain.done;
  };
  const insert = (name: string, as?: string): Statement => {
    const statement = { text: 'insert into pets values ($1) returning name', values: [name] };
    return as === undefined ? statement : { ...statement, name: as };
  };
  const begin: Statement = { text: 'begin', values: [], name: 'a_begin' };
  const commit: Statement = { text: 'commit', values: [], name: 'a_commit' };
  const names = async () => (await client.query('select name from pets order by 1')).rows.map((row) => row.name);

  it('is answered as a whole, each statement with its rows, behind one Sync', async () => {
    const answers = await ask(begin, insert('Rex', 'a_insert'), insert('Tom', 'a_insert'), insert('Kim'), commit);
    expect(syncs).toBe(1);
    expect(answers.map(({ command }) => command)).toEqual(['BEGIN', 'INSERT', 'INSERT', 'INSERT', 'COMMIT']);
    expect(answers.map(({ rows }) => rows)).toEqual([[], [{ name: 'Rex' }], [{ name: 'Tom' }], [{ name: 'Kim' }], []]);
    expect(await names()).toEqual(['Kim', 'Rex', 'Tom']);
  });

  it('ends at the statement that fails: what is behind it is neither run nor taken for prepared', async () => {
    const later = { text: 'select name from pets where name = $1', values: ['Rex'], name: 'a_select' };
    await expect(ask(begin, insert('Rex'), insert('Rex'), later, commit)).rejects.toMatchObject({ code: '23505' });
    await ask({ text: 'rollback', values: [] });
    expect(await names()).toEqual([]);
    const [, , answer] = await ask(begin, insert('Rex'), later, commit);
    expect(answer!.rows).toEqual([{ name: 'Rex' }]);
  });

  it('tells that a COMMIT was a ROLLBACK', async () => {
    await expect(ask(begin, { text: 'select 1/0', values: [] })).rejects.toMatchObject({ code: '22012' });
    expect(await ask(commit)).toEqual([{ rows: [], command: 'ROLLBACK' }]);
  });

  it('sends nothing when a value has no form in SQL', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(() => new Chain([begin, { text: 'select $1', values: [circular] }, commit])).toThrow('circular');
    expect(syncs).toBe(0);
  });

  it('does not mix its answers with those of queries around it', async () => {
    const [before, chain, after] = await Promise.all([
      client.query('select 1 as n'),
      ask({ text: 'select 2 as n', values: [] }, { text: 'select generate_series(3, 4) as n', values: [] }),
      client.query('select 5 as n'),
    ]);
    expect([before.rows, ...chain.map(({ rows }) => rows), after.rows]).toEqual([
      [{ n: 1 }],
      [{ n: 2 }],
      [{ n: 3 }, { n: 4 }],
      [{ n: 5 }],
    ]);
  });
});
