import { idFrom, isId, newId } from './ids.js';

describe('ids', () => {
  it('are uuids of version 7 that begin with the time and ascend, none twice', () => {
    const before = Date.now();
    const ids = Array.from({ length: 10_000 }, newId);
    expect(ids.every((id) => isId(id) && /^.{14}7.{4}[89ab]/.test(id))).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    const time = parseInt(ids[0]!.replace('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThan(before + 1_000);
  });

  it('are random where two processes might make the same', () => {
    const tails = Array.from({ length: 1_000 }, () => newId().slice(19));
    expect(new Set(tails).size).toBe(tails.length);
  });

  it('asked for twice with the same parts are the same', () => {
    expect(idFrom('bench', 'channel')).toBe('c086e3ab-30c7-82bb-93da-d487c2bd3e44');
    expect(isId(idFrom('bench', 'channel'))).toBe(true);
    expect(idFrom('ab', 'c')).not.toBe(idFrom('a', 'bc'));
  });
});
