import { testInstallation, type TestInstallation } from '#testing';
import type { Database } from './database.js';
import type { CommitTime, Tx } from './tx.js';

describe('a transaction on a real database', () => {
  let installation: TestInstallation;
  let db: Database;
  beforeAll(async () => {
    installation = await testInstallation();
    ({ db } = await installation.open('inbox', []));
    await db.query('create table pets (name text primary key)');
  });
  afterAll(() => installation.close());
  beforeEach(() => db.query('delete from pets'));

  const names = async () =>
    (await db.query<{ name: string }>('select name from pets order by 1')).map((pet) => pet.name);
  const insert = (name: string) => ({ sql: 'insert into pets values ($1)', parameters: [name] });

  it('keeps what was written before and with the commit', async () => {
    await db.transaction(async (tx) => {
      tx.withCommit(insert('Tom'));
      tx.withCommit(null);
      await tx.query('insert into pets values ($1)', ['Rex']);
    });
    expect(await names()).toEqual(['Rex', 'Tom']);
  });

  it('may have nothing but its last statement, or nothing at all', async () => {
    await db.transaction(async (tx) => tx.withCommit(insert('Tom')));
    expect(await db.transaction(async () => 'done')).toBe('done');
    expect(await names()).toEqual(['Tom']);
  });

  it('keeps nothing when the last statement is refused, and says why', async () => {
    const work = db.transaction(async (tx) => {
      await tx.query('insert into pets values ($1)', ['Rex']);
      tx.withCommit(insert('Tom'));
      tx.withCommit(insert('Rex'));
      tx.withCommit(insert('Kim'));
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect(await names()).toEqual([]);
  });

  it('is one whole without BEGIN and COMMIT where every statement keeps one plan: all of it or nothing', async () => {
    const one = (name: string) => ({ ...insert(name), onePlan: true });
    const told: string[] = [];
    const write = (...names: string[]) =>
      db.transaction(async (tx) => {
        for (const name of names) tx.withCommit({ ...one(name), answered: () => told.push(name) });
        tx.afterCommit(() => told.push('committed'));
      });
    await write('Tom', 'Rex');
    for (const refused of [['Kim', 'Rex', 'Ada'], ['Ada', 'Ada'], ['Rex']]) {
      await expect(write(...refused)).rejects.toMatchObject({ code: '23505' });
    }
    await write('Kim');
    expect(await names()).toEqual(['Kim', 'Rex', 'Tom']);
    expect(told).toEqual(['Tom', 'Rex', 'committed', 'Kim', 'committed']);
  });

  it('waits for the disk without BEGIN as well, and is not without it where it need not wait', async () => {
    const source = `(select source from pg_settings where name = 'synchronous_commit')`;
    const asked = { sql: `insert into pets select ${source} || $1`, onePlan: true };
    await db.transaction(async (tx) => tx.withCommit({ ...asked, parameters: [' now'] }));
    await db.transaction(async (tx) => tx.withCommit({ ...asked, parameters: [' soon'] }), 'soon');
    expect(await names()).toEqual(['command line now', 'session soon']);
  });

  it('keeps nothing when its first statement is refused: it never runs on its own', async () => {
    const work = db.transaction(async (tx) => {
      const refused = tx.query('insert into nowhere values (1)').catch(() => 'swallowed');
      const behind = tx.query('insert into pets values ($1)', ['Rex']).catch(() => 'aborted');
      expect(await Promise.all([refused, behind])).toEqual(['swallowed', 'aborted']);
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await names()).toEqual([]);
  });

  it('may reach the disk a little later, by itself only', async () => {
    const decidedBy = async (commit?: CommitTime) => {
      const ask = (tx: Tx) => tx.query(`select setting, source from pg_settings where name = 'synchronous_commit'`);
      return (await db.transaction(ask, commit))[0];
    };
    expect(await decidedBy('soon')).toEqual({ setting: 'off', source: 'session' });
    expect(await decidedBy()).not.toMatchObject({ source: 'session' });
  });

  it('calls back after the commit only', async () => {
    const told: string[] = [];
    await db.transaction(async (tx) => {
      tx.afterCommit(() => told.push('committed'));
      tx.beforeCommit(async () => void told.push('before'));
    });
    const failed = db.transaction(async (tx) => {
      tx.afterCommit(() => told.push('never'));
      tx.withCommit({ sql: 'select 1/0', parameters: [] });
    });
    await expect(failed).rejects.toMatchObject({ code: '22012' });
    expect(told).toEqual(['before', 'committed']);
  });

  it('a connection that is cut in the middle keeps nothing, and the next transaction has a new one', async () => {
    const { losses } = db;
    const work = db.transaction(async (tx) => {
      await tx.query('insert into pets values ($1)', ['Rex']);
      await tx.query(`set local idle_in_transaction_session_timeout = 1`);
      await db.query('select pg_sleep(0.1)'); // meanwhile the server ends the session
      tx.withCommit(insert('Tom'));
    });
    await expect(work).rejects.toThrow();
    expect(db.losses).toBeGreaterThan(losses);
    await db.transaction((tx) => tx.query('insert into pets values ($1)', ['Kim']));
    expect(await names()).toEqual(['Kim']);
  });
});
