import { dueState, sectionOf, unitsOf } from './due.rules.js';
import { belongs, countNews, joinPages } from './list.rules.js';
import { ModelServer } from './model-server.js';

const OPENED = Date.UTC(2026, 10, 21, 10);
const due = { openedAt: new Date(OPENED).toISOString(), dueAt: new Date(OPENED + 100_000).toISOString() };
const at = (seconds: number) => dueState(due, OPENED + seconds * 1000);

describe('the state of a promise', () => {
  it.each([
    [0, 'calm', 100],
    [49.9, 'calm', 50],
    [50, 'half', 50],
    [79.9, 'half', 20],
    [80, 'soon', 20],
    [100, 'soon', 0],
    [100.001, 'late', -1],
    [160, 'late', -60],
  ] as const)('after %s s of 100 it is %s with %s s left', (seconds, urgency, left) => {
    expect(at(seconds)).toMatchObject({ urgency, secondsLeft: left });
  });

  it.each([
    [0.244, [[0, 'second']]],
    [45, [[45, 'second']]],
    [-59, [[59, 'second']]],
    [60, [[1, 'minute']]],
    [-720, [[12, 'minute']]],
    [3_600, [[1, 'hour']]],
    [
      5_460,
      [
        [1, 'hour'],
        [31, 'minute'],
      ],
    ],
    [40_000, [[11, 'hour']]],
    [172_799, [[47, 'hour']]],
    [172_800, [[2, 'day']]],
  ])('%s s is said in at most two units', (seconds, units) => {
    expect(unitsOf(seconds)).toEqual(units);
  });

  it('stands under late, today, later or nobody waits', () => {
    const view = (seconds: number) => ({
      ...due,
      dueAt: new Date(OPENED + seconds * 1000).toISOString(),
      waitId: 'w',
      kind: 'first_response' as const,
      breachedAt: null,
    });
    const midnight = OPENED + 3_600_000;
    expect([view(-1), view(10), view(3_600), null].map((item) => sectionOf(item, OPENED, midnight))).toEqual([
      'late',
      'today',
      'later',
      'none',
    ]);
  });
});

describe('a list that is fetched again', () => {
  it('has the fresh first page on top of the pages loaded below it', () => {
    expect(joinPages(['a', 'b', 'c', 'd', 'e', 'f'], ['n', 'b', 'a'], true)).toEqual([
      'n',
      'b',
      'a',
      'c',
      'd',
      'e',
      'f',
    ]);
  });

  it('drops what left the first page, and everything else when that page is all there is', () => {
    expect(joinPages(['a', 'b', 'c', 'd'], ['a', 'c'], true)).toEqual(['a', 'c', 'd']);
    expect(joinPages(['a', 'b', 'c', 'd'], ['a', 'c'], false)).toEqual(['a', 'c']);
  });

  it('counts new and moved rows while it is held still, and nothing when only one has left', () => {
    expect(countNews(['a', 'b', 'c'], ['n', 'a', 'b', 'c'])).toBe(1);
    expect(countNews(['a', 'b', 'c'], ['b', 'a', 'c'])).toBe(1);
    expect(countNews(['a', 'b', 'c', 'd', 'e'], ['e', 'a', 'b', 'c', 'd'])).toBe(1);
    expect(countNews(['a', 'b', 'c', 'd', 'e'], ['d', 'n', 'a', 'b', 'c', 'e'])).toBe(2);
    expect(countNews(['a', 'b', 'c'], ['a', 'c'])).toBe(0);
  });

  it('greys a row that a colleague took, resolved or merged away', () => {
    const server = new ModelServer();
    server.run({ do: 'open' });
    const view = server.snapshot().c1!;
    const filter = { sort: 'due', status: 'open', assignee: 'none' } as const;
    expect(belongs(filter, view, 'me')).toBe(true);
    expect(belongs(filter, { ...view, assigneeId: 'p2' }, 'me')).toBe(false);
    expect(belongs({ ...filter, assignee: 'me' }, { ...view, assigneeId: 'me' }, 'me')).toBe(true);
    expect(belongs(filter, { ...view, status: 'resolved' }, 'me')).toBe(false);
    expect(belongs(filter, { ...view, mergedIntoId: 'c9' }, 'me')).toBe(false);
  });
});
