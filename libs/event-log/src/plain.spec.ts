import { mustBePlain } from './plain.js';

describe('an event that is appended', () => {
  it('may hold what JSON holds, and can be changed by nobody afterwards', () => {
    const event = { id: 'x', payload: { tags: ['a'], seq: 1, none: null, deep: { yes: true } } };
    mustBePlain(event, 'event');
    expect(() => event.payload.tags.push('b')).toThrow(TypeError);
    expect(() => (event.payload.deep.yes = false)).toThrow(TypeError);
  });

  it.each([
    ['a Date', { at: new Date(0) }, 'event.at is a Date'],
    ['undefined', { none: undefined }, 'event.none is undefined'],
    ['no number', { seq: Number.NaN }, 'event.seq is NaN'],
    ['a Map', { list: [new Map()] }, 'event.list.0 is a Map'],
  ])('may not hold %s: it would be another thing when it is read', (_, event, words) => {
    expect(() => mustBePlain(event, 'event')).toThrow(words);
  });
});
