import { SearchPace } from './search-pace.js';

describe('the pace of the index', () => {
  let pace: SearchPace;
  beforeEach(() => {
    pace = new SearchPace();
  });
  /** Full batches every 100 ms; answers when the index had its first turn. */
  const firstTurn = (size: number): number => {
    for (let at = 0; ; at += 100) {
      pace.arrived(size, at);
      if (!pace.makesWay(at)) return at;
    }
  };

  it('makes way for full batches, and goes on a second after the last one', () => {
    pace.arrived(500, 1_000);
    expect(pace.makesWay(1_900)).toBe(true);
    expect(pace.makesWay(2_000)).toBe(false);
  });

  it('does not mind some messages at a time', () => {
    for (let at = 0; at < 10_000; at += 100) {
      pace.arrived(50, at);
      expect(pace.makesWay(at)).toBe(false);
    }
  });

  it('waits for 15 seconds at most, or until 20,000 messages wait', () => {
    expect(firstTurn(250)).toBe(7_900);
    pace = new SearchPace();
    expect(firstTurn(500)).toBe(3_900);
    pace = new SearchPace();
    pace.arrived(250, 0);
    for (let at = 0; at < 15_000; at += 500) {
      pace.arrived(250, at);
      expect(pace.makesWay(at)).toBe(true);
    }
    expect(pace.makesWay(15_000)).toBe(false);
  });

  it('goes on at every turn from then, until all are in: only then does it make way again', () => {
    const late = firstTurn(500);
    pace.indexed(200, false);
    pace.arrived(500, late);
    expect(pace.makesWay(late)).toBe(false);
    pace.indexed(100, true);
    pace.arrived(500, late + 100);
    expect(pace.makesWay(late + 100)).toBe(true);
  });
});
