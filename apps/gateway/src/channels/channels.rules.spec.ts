import { mergedConfig, readSecrets, rotated } from './channels.rules.js';

describe('secrets of a channel', () => {
  it('the set before stays valid, one older than that does not', () => {
    const first = rotated([], { authToken: 'one' });
    const second = rotated(first, { authToken: 'two' });
    expect(second).toEqual([{ authToken: 'two' }, { authToken: 'one' }]);
    expect(rotated(second, { authToken: 'three' })).toEqual([{ authToken: 'three' }, { authToken: 'two' }]);
  });

  it('sending the same again rotates nothing', () => {
    const sets = rotated([], { appSecret: 'a', verifyToken: 'v' });
    expect(rotated(sets, { verifyToken: 'v' })).toBe(sets);
    expect(rotated(sets, {})).toBe(sets);
  });

  it('one field is changed beside the others, and may be taken away', () => {
    const sets = rotated([], { appSecret: 'a', verifyToken: 'v' });
    expect(rotated(sets, { verifyToken: 'w' })[0]).toEqual({ appSecret: 'a', verifyToken: 'w' });
    expect(rotated(sets, { verifyToken: null })[0]).toEqual({ appSecret: 'a' });
  });

  it('an empty text leaves a secret as it is; a foreign field is named', () => {
    expect(readSecrets({ authToken: '' }, ['authToken'])).toEqual({});
    expect(readSecrets({ authToken: ' pasted \n' }, ['authToken'])).toEqual({ authToken: 'pasted' });
    expect(() => readSecrets({ pin: '1' }, ['authToken'])).toThrow('secrets.pin is unknown');
    expect(() => readSecrets({ constructor: 'x' }, [])).toThrow('no secrets');
  });
});

describe('settings of a channel', () => {
  it('what is not sent stays, what is sent as null goes', () => {
    expect(mergedConfig({ a: 1, b: 2 }, { b: null, c: 3 })).toEqual({ a: 1, c: 3 });
  });

  it('a null byte or a novel is refused', () => {
    expect(() => mergedConfig({}, { title: 'a\u0000' })).toThrow('null byte');
    expect(() => mergedConfig({}, { title: 'x'.repeat(30_000) })).toThrow('20000');
  });
});
