import fc from 'fast-check';
import { Bisection } from './bisection.js';
import { MalformedEvent } from './envelope.js';

/** Runs a log of `total` events with these poisonous ones; answers what was parked and how many transactions it took. */
function runThrough(
  total: number,
  poison: Set<number>,
  full: number,
): { parked: number[]; handled: number[]; turns: number } {
  const bisection = new Bisection(full);
  const [parked, handled]: [number[], number[]] = [[], []];
  let turns = 0;
  for (let next = 0; next < total; turns++) {
    const batch = Array.from({ length: Math.min(bisection.limit, total - next) }, (_, index) => next + index);
    if (!batch.some((event) => poison.has(event))) {
      bisection.succeeded();
      handled.push(...batch);
      next += batch.length;
    } else if (bisection.failed(new Error('unknown'), batch.length) === 'park') {
      parked.push(next);
      next += 1;
    }
  }
  return { parked, handled, turns };
}

describe('bisection', () => {
  it('finds one poisonous event of 500 in about ten halvings', () => {
    const { parked, handled, turns } = runThrough(500, new Set([300]), 500);
    expect(parked).toEqual([300]);
    expect(handled).toHaveLength(499);
    expect(turns).toBeLessThanOrEqual(40);
  });

  it('parks exactly the poisonous ones, wherever they are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(199), { maxLength: 30 }), fc.integer({ min: 1, max: 64 }), (bad, full) => {
        const { parked, handled } = runThrough(200, new Set(bad), full);
        expect(parked).toEqual([...bad].sort((a, b) => a - b));
        expect(handled).toHaveLength(200 - bad.length);
      }),
    );
  });

  it('counts nothing against an event when the database is away, however often', () => {
    const bisection = new Bisection(500);
    const away = Object.assign(new Error('terminating connection'), { code: '57P01' });
    for (let n = 0; n < 100; n++) expect(bisection.failed(away, 1)).toBe('again');
    expect(bisection.limit).toBe(500);
  });

  it('runs a batch that lost a race for a unique key once more, then looks for the culprit', () => {
    const bisection = new Bisection(500);
    const race = Object.assign(new Error('duplicate key'), { code: '23505' });
    expect(bisection.failed(race, 10)).toBe('again');
    expect(bisection.failed(race, 10)).toBe('smaller');
    expect(bisection.limit).toBe(5);
  });

  it('goes one by one at once when an event cannot even be read', () => {
    const bisection = new Bisection(500);
    expect(bisection.failed(new MalformedEvent('no JSON'), 500)).toBe('smaller');
    expect(bisection.limit).toBe(1);
    expect(bisection.failed(new MalformedEvent('no JSON'), 1)).toBe('park');
  });
});
