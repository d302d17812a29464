import { preview, truncate } from './text.js';

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
