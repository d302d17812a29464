import { checkShape } from './body-shape.rules.js';

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
