import { FakeClock, newId } from '#kernel';
import type { AppContext } from '#platform';
import { testInstallation, type TestInstallation } from '#testing';
import { inboxMigrations } from '../migrations/index.js';
import { type ConversationFilter, listStatement, type Position, type Sort } from './conversation-list.store.js';

interface Plan {
  'Node Type': string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** Rows touched: what a page costs, whatever the machine does beside. */
function rowsOf(plan: Plan): number {
  const own = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
  return own + (plan.Plans ?? []).reduce((sum, part) => sum + rowsOf(part), 0);
}

describe('what a page of the list costs', () => {
  let installation: TestInstallation;
  let context: AppContext;
  beforeAll(async () => {
    installation = await testInstallation(new FakeClock());
    context = await installation.open('inbox', inboxMigrations);
  });
  afterAll(() => installation.close());

  /** A third resolved, a tenth due, two fifths seen by one team only, a quarter tagged. */
  const team = newId();
  const fill = async (count: number) => {
    await context.db.query(
      `with fresh as (
         select gen_random_uuid() as id, gen_random_uuid() as customer, n from generate_series(1, $1::int) n
       ), people as (
         insert into customers (id, living_id, display_name, named, created_at)
         select customer, customer, 'Customer ' || n, true, '2026-11-01' from fresh
       )
       insert into conversations (id, customer_id, home_customer_id, status, channel_ids, channel_kinds, channel_team_ids,
         last_seq, version, last_public_seq, last_customer_seq, preview, last_message_at, created_at, resolved_at, due_at, tags)
       select id, customer, customer, case when n % 3 = 0 then 'resolved' else 'open' end, '{}',
         array[case when n % 2 = 0 then 'sms' else 'email' end], case when n % 5 < 2 then array[$2::uuid] else '{}' end,
         1, 1, 1, 1, '', timestamptz '2026-11-01' + n * interval '1 second', '2026-11-01',
         case when n % 3 = 0 then timestamptz '2026-11-02' end,
         case when n % 11 = 0 then timestamptz '2026-11-20' + n * interval '1 second' else 'infinity' end,
         case when n % 4 = 0 then array['vip'] else '{}' end
       from fresh`,
      [count, team],
    );
    await context.db.query('vacuum analyze conversations, customers');
  };

  const cost = async (everything: boolean, filter: ConversationFilter, sort: Sort, after: Position | null) => {
    const access = { everything, teamIds: [], personId: newId() };
    const { sql, values } = listStatement(access, filter, { sort, after, limit: 51 });
    const rows = await context.db.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) ${sql}`,
      values,
    );
    return rowsOf(rows[0]!['QUERY PLAN'][0].Plan);
  };

  const filters: ConversationFilter[] = [
    {},
    { status: 'open' },
    { status: 'open', assigneeId: null },
    { channelKind: 'sms' },
    { tag: 'vip' },
  ];
  const positions: Record<Sort, Position[]> = {
    due: [
      { dueAt: '2026-11-20T00:05:00.000Z', lastMessageAt: '2026-11-01T00:05:00.000Z', id: newId() },
      { dueAt: 'infinity', lastMessageAt: '2026-11-01T00:10:00.000Z', id: newId() },
    ],
    newest: [{ dueAt: 'infinity', lastMessageAt: '2026-11-01T00:10:00.000Z', id: newId() }],
    oldest: [{ dueAt: 'infinity', lastMessageAt: '2026-11-01T00:05:00.000Z', id: newId() }],
  };

  it('stays the same from a thousand conversations to twenty thousand, on every page and for every reader', async () => {
    const measure = async () => {
      const costs = new Map<string, number>();
      for (const everything of [true, false]) {
        for (const filter of filters) {
          for (const sort of ['due', 'newest', 'oldest'] as const) {
            // near the end of a tag's list the planner rightly prefers the tag's own index
            for (const after of filter.tag ? [null] : [null, ...positions[sort]]) {
              const name = JSON.stringify({ everything, filter, sort, after: after?.dueAt ?? null });
              costs.set(name, await cost(everything, filter, sort, after));
            }
          }
        }
      }
      return costs;
    };
    await fill(1_000);
    const few = await measure();
    await fill(19_000);
    const many = await measure();
    // at a thousand a page may be cheaper by reading everything: no less than its 51 rows through every node
    const dearer = [...many].filter(([name, rows]) => rows > 1.5 * Math.max(few.get(name)!, 51 * 12));
    expect(dearer).toEqual([]);
  });
});
