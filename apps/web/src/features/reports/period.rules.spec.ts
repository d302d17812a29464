import { cellOf, periodBefore, periodOf } from './period.rules.js';

const NOW = Date.parse('2026-11-22T22:30:00Z'); // Monday 00:30 in Athens, Sunday in London

describe('the period of a report', () => {
  it('begins on Monday in the zone it is printed in', () => {
    expect(periodOf('this-week', NOW, 'Europe/Athens')).toEqual({
      from: '2026-11-22T22:00:00.000Z',
      to: '2026-11-29T22:00:00.000Z',
    });
    expect(periodOf('this-week', NOW, 'Europe/London').from).toBe('2026-11-16T00:00:00.000Z');
  });

  it('has 7 local days even when the clocks change', () => {
    const week = periodOf('this-week', Date.parse('2026-10-24T10:00:00Z'), 'Europe/Athens');
    expect(week).toEqual({ from: '2026-10-18T21:00:00.000Z', to: '2026-10-25T22:00:00.000Z' });
  });

  it('is compared with the same length right before', () => {
    expect(periodBefore({ from: '2026-11-16T00:00:00.000Z', to: '2026-11-23T00:00:00.000Z' })).toEqual({
      from: '2026-11-09T00:00:00.000Z',
      to: '2026-11-16T00:00:00.000Z',
    });
  });

  it('puts a wait into the local hour, half-hour zones included', () => {
    expect(cellOf('2026-11-20T20:45:00Z', 'Asia/Tehran')).toEqual({ weekday: 5, hour: 0 });
    expect(cellOf('2026-11-20T20:45:00Z', 'Europe/Athens')).toEqual({ weekday: 4, hour: 22 });
  });
});
