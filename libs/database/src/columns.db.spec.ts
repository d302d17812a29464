import fc from 'fast-check';
import { arrayText } from './array-text.js';
import { Columns } from './columns.js';
import { Database } from './database.js';

interface Row {
  id: string;
  n: number;
  yes: boolean;
  at: Date | null;
  text: string | null;
  tags: string[];
  body: string | null;
  json: unknown;
}

const text = fc.oneof(
  fc.constantFrom('', 'NULL', 'null', '"', '\\', '{}', ',', ' ', '\n', "'; drop table x; --", '\\"', '👍', 'ي‌ک'),
  fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\u0000', '').toWellFormed()),
);
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.uuid(),
  n: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
  yes: fc.boolean(),
  at: fc.option(fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })),
  text: fc.option(text),
  tags: fc.array(text, { maxLength: 3 }),
  body: fc.option(text),
  json: fc.option(fc.oneof(fc.array(text, { maxLength: 2 }), fc.record({ a: fc.option(text), b: fc.integer() }))),
});

describe('rows as columns', () => {
  const columns = new Columns<Row>({
    id: 'uuid',
    json: 'jsonb',
    n: 'int',
    body: 'long',
    yes: 'boolean',
    at: 'timestamptz',
    text: 'text',
    tags: 'text[]',
  });
  let db: Database;
  beforeAll(async () => {
    db = new Database({ url: process.env['KAIROS_TEST_DATABASE_URL']!, schema: 'public' });
    await db.start();
  });
  afterAll(() => db.stop());

  it('an array comes out as it went in, whatever people have written', async () => {
    const texts = ['', 'NULL', 'null', 'a "quoted" word', 'back\\slash', '{a,b}', ' two\nlines\t', 'ñ 漢 🦊', null];
    const [row] = await db.query<{ texts: unknown }>('select $1::text[] as texts', [arrayText(texts)]);
    expect(row!.texts).toEqual(texts);
  });

  it('arrive as they were, in their order, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
        const sql = `select $1::text as before, n.* from ${columns.from(2)}`;
        const arrived = await db.query<Row & { before: string }>(sql, ['x', ...columns.parameters(rows)]);
        expect(columns.parameters(rows)).toHaveLength(columns.count);
        expect(arrived).toEqual(rows.map((one) => ({ before: 'x', ...one })));
      }),
      { numRuns: 150 },
    );
  });
});
