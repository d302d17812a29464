import { boundedKey, soundKey } from './keys.js';

describe('a key made of what somebody sent', () => {
  it('stays as it is when the database can hold it', () => {
    expect(soundKey('SM0123456789abcdef')).toBe('SM0123456789abcdef');
    expect(boundedKey('x'.repeat(600))).toBe('x'.repeat(600));
  });

  it('holds no NUL and no half of a letter', () => {
    expect(soundKey('m_\u0000a\ud800')).toBe('m_a\ufffd');
  });

  it('is never too long for an index, and two long ones stay two', () => {
    const [one, other] = ['a', 'b'].map((end) => soundKey('x'.repeat(5_000) + end));
    expect(one).not.toBe(other);
    expect(soundKey('x'.repeat(5_000) + 'a')).toBe(one);
    expect(one!.length).toBeLessThan(100);
  });
});
