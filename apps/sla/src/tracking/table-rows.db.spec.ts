import { Story } from '../testing/story.js';
import { TableRows } from './table-rows.js';

describe('rows of a table', () => {
  let story: Story;
  beforeAll(async () => (story = await Story.begin()));
  afterAll(() => story.end());

  it('writes each type, arrays and JSON in a row, and what rows share once', async () => {
    const columns = new TableRows(
      'id int, said_at timestamptz, is_open boolean, amount float8, tags text[], data jsonb, rule shared',
    );
    await story.context.db.query(
      'create table things (id int primary key, said_at timestamptz, is_open boolean, amount float8, tags text[], data jsonb, rule jsonb)',
    );
    const rule = { at: 0.8 };
    const at = new Date('2026-11-20T09:00:00.123Z');
    const rows = [
      { id: 1, saidAt: at, isOpen: true, amount: 0.5, tags: [], data: [at], rule },
      { id: 2, saidAt: null, isOpen: false, amount: null, tags: ['a,b', '"c"', '\\'], data: { of: 'it' }, rule },
      { id: 3, saidAt: at, isOpen: false, amount: 7200, tags: ['d'], data: {}, rule: { at: null } },
    ];
    const parameters = columns.values(rows);
    expect(parameters.at(-1)).toBe(JSON.stringify([{ at: 0.8 }, { at: null }]));
    const put = columns.putInto('things', ['id']);
    await story.context.db.query(columns.insertInto('things'), columns.values(rows.slice(0, 1)));
    await story.context.db.query(put, parameters);
    const stored = await story.context.db.query(
      'select id, said_at as "saidAt", is_open as "isOpen", amount, tags, data, rule from things order by id',
    );
    expect(JSON.parse(JSON.stringify(stored))).toEqual(JSON.parse(JSON.stringify(rows)));
    await story.context.db.query(columns.update('things'), columns.values([{ ...rows[0]!, tags: ['z'] }]));
    expect(await story.context.db.query('select id from things where tags = $1', [['z']])).toEqual([{ id: 1 }]);
  });
});
