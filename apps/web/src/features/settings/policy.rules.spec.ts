import { durationOf, inOrder, readDuration, readPercents, spanOf, writePercents } from './policy.rules.js';

describe('a promised span', () => {
  it.each([
    ['PT2H', { value: 2, unit: 'hours' }],
    ['PT24H', { value: 24, unit: 'hours' }],
    ['PT48H', { value: 2, unit: 'days' }],
    ['P1D', { value: 24, unit: 'hours' }],
    ['PT90M', { value: 90, unit: 'minutes' }],
    ['PT3S', { value: 3, unit: 'seconds' }],
    ['PT0S', { value: 0, unit: 'minutes' }],
  ] as const)('%s is shown as people say it and kept to the second', (duration, span) => {
    expect(spanOf(duration)).toEqual(span);
    expect(readDuration(durationOf(span))).toBe(readDuration(duration));
  });
});

describe('who is told when', () => {
  it('is kept in the order it will happen in', () => {
    const chain = inOrder([
      { at: { overdue: 'PT2H' }, to: 'manager' },
      { at: { overdue: 'PT0S' }, to: 'slack' },
      { at: { fraction: 0.8 }, to: 'assignee' },
      { at: { fraction: 0.5 }, to: 'team' },
    ]);
    expect(chain.map(({ to }) => to)).toEqual(['team', 'assignee', 'slack', 'manager']);
  });
});

describe('what people type into a promise', () => {
  it.each([[[0.5, 0.8]], [[0.29, 0.57, 0.805]], [[]]])('shows %j and reads the same again', (fractions) => {
    expect(readPercents(writePercents(fractions))).toEqual(fractions);
  });

  it.each<[string, number[] | null]>([
    ['50, 80', [0.5, 0.8]],
    ['80 % 50%', [0.5, 0.8]],
    ['۵۰، ۸۰', [0.5, 0.8]],
    ['٥٠ ٨٠٫٥', [0.5, 0.805]],
    ['50,50', [0.5]],
    ['', []],
    ['500, abc', null],
    ['50, abc', null],
    ['0', null],
    ['100', null],
    ['-5', null],
  ])('"%s" as warnings', (text, fractions) => expect(readPercents(text)).toEqual(fractions));
});
