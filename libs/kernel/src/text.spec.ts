import fc from 'fast-check';
import { preview, truncate, withoutOverrides } from './text.js';

describe('truncate', () => {
  it.each([
    ['short', 'short'],
    ['exactly ten', 'exactly t…'],
    ['Ευχαριστώ πολύ', 'Ευχαριστώ…'],
    ['سفارش من کجاست', 'سفارش من …'],
    ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'.repeat(9) + '…'],
    ['e\u0301'.repeat(12), 'e\u0301'.repeat(9) + '…'],
    ['abcdefghi\u0301jklm', 'abcdefghi\u0301…'],
  ])('cuts %s between what people see as letters', (text, expected) => expect(truncate(text, 10)).toBe(expected));

  it('gives the same with and without its short cut', () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(10);
    expect(truncate(`${text}👍`, 140)).toBe(truncate(text, 140));
    expect(preview(text)).toHaveLength(140);
  });
});

describe('preview', () => {
  it('is one line, however much white space there is and wherever', () => {
    expect(preview(' a\tb  c\n\n d\u00a0e ')).toBe('a b c d e');
    expect(preview(`${' \n'.repeat(5_000)}at last`)).toBe('at last');
  });

  it('of a long text is that of its beginning', () => {
    const part = fc.oneof(
      fc.constantFrom('  ', '\n', ' \t', '\u202e', '\u2003', 'word ', '👍🏽', 'e\u0301', 'سفارش'),
      fc.constantFrom(' ', 'x', '\n ').map((text) => text.repeat(900)),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.integer({ min: 1, max: 150 }), (parts, max) => {
        const text = parts.join('');
        expect(preview(text, max)).toBe(truncate(withoutOverrides(text).replace(/\s+/g, ' ').trim(), max));
      }),
      { numRuns: 500 },
    );
  });
});
