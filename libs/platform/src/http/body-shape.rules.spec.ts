import { checkJsonText, checkShape } from './body-shape.rules.js';

const nested = (depth: number) => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as unknown;

it('lets ordinary bodies and none at all through', () => {
  for (const body of [undefined, null, {}, nested(20), { teamIds: new Array(500).fill('t') }]) {
    expect(() => checkShape(body)).not.toThrow();
  }
});

it.each([
  ['a list', [1], 'not_an_object'],
  ['a text', 'x', 'not_an_object'],
  ['raw bytes', Buffer.alloc(5_000_000), 'not_an_object'],
  ['nesting a hundred deep', nested(100), 'too_deep'],
  ['nesting without end', nested(100_000), 'too_deep'],
  ['a million values', { a: new Array(1_000_000).fill(0) }, 'too_many_values'],
  ['a million fields', Object.fromEntries(Array.from({ length: 1_000_000 }, (_, n) => [n, 1])), 'too_many_values'],
])('refuses %s before a validator looks at it', (_, body, code) => {
  const began = performance.now();
  expect(() => checkShape(body)).toThrow(expect.objectContaining({ code }));
  expect(performance.now() - began).toBeLessThan(1_000);
});

describe('the text of a body', () => {
  const read = (text: string) => checkJsonText(Buffer.from(text));

  it.each([
    ['', '1', 'null', '[]', '{}'],
    ['{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}'],
    [`{"a":"${',,,,'.repeat(10_000)}"}`],
    [String.raw`{"a":"\\","b":"\"${'['.repeat(100)}"}`],
    [`[${'[],'.repeat(10_000)}[]]`],
    [`{"content":"${'QUJD'.repeat(1_000_000)}"}`],
    ['not json ]]]]}}}}'],
    ['"never closed'],
  ])('is left to the parser: %.60s', (...texts) => {
    for (const text of texts) expect(() => read(text)).not.toThrow();
  });

  it.each([
    ['brackets', '['.repeat(20_000_000), 'too_deep'],
    ['braces', '{"a":'.repeat(4_000_000), 'too_deep'],
    ['brackets behind an escaped quote', `["\\\\",${'['.repeat(40)}`, 'too_deep'],
    ['values', `[${'0,'.repeat(10_000_000)}0]`, 'too_many_values'],
    ['fields', `{${'"a":1,'.repeat(3_000_000)}"a":1}`, 'too_many_values'],
  ])('is refused by its beginning where it is mostly %s', (_, text, code) => {
    const bytes = Buffer.from(text);
    for (const part of [bytes, bytes.subarray(0, 200_000)]) {
      expect(() => checkJsonText(part)).toThrow(expect.objectContaining({ code }));
    }
  });

  it.each([
    ['quotes', '"'],
    ['escaped quotes', String.raw`\"`],
    ['backslashes behind a quote', '\\', '"'],
  ])('of megabytes of %s is read through once', (_, one, before = '') => {
    const cost = (count: number) => {
      const bytes = Buffer.from(before + one.repeat(count));
      const times = [1, 2, 3, 4].map(() => {
        const began = performance.now();
        checkJsonText(bytes);
        return performance.now() - began;
      });
      return Math.min(...times);
    };
    cost(250_000); // warm
    // sixteen times the bytes: sixteen times the work, not two hundred and fifty
    expect(cost(4_000_000) / cost(250_000)).toBeLessThan(64);
  });
});
