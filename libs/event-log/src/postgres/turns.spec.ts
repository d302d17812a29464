import { Turns, turnsOf } from './turns.js';

/** Work that ends when it is told to. */
function task(log: string[], name: string): { work: () => Promise<string>; end: () => void } {
  let end = () => {};
  const ended = new Promise<void>((done) => (end = done));
  const work = async () => {
    log.push(name);
    await ended;
    return name;
  };
  return { work, end: () => end() };
}

describe('small batches of a process', () => {
  let log: string[];
  beforeEach(() => (log = []));

  it('go one after another, in the order they came', async () => {
    const turns = new Turns();
    const [a, b, c] = [task(log, 'a'), task(log, 'b'), task(log, 'c')];
    const all = Promise.all([turns.take(a.work), turns.take(b.work), turns.take(c.work)]);
    await Promise.resolve();
    expect(log).toEqual(['a']);
    [c, b, a].forEach((one) => one.end());
    expect(await all).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('one that fails lets the next one begin', async () => {
    const turns = new Turns();
    const failed = turns.take(() => Promise.reject(new Error('no')));
    const next = turns.take(() => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });

  it('one that takes long holds nobody up, and its late end lets nobody in twice', async () => {
    const turns = new Turns();
    const [slow, second, third] = [task(log, 'slow'), task(log, 'second'), task(log, 'third')];
    const first = turns.take(slow.work);
    const others = [turns.take(second.work), turns.take(third.work)];
    second.end();
    expect(await others[0]).toBe('second');
    slow.end();
    await first;
    third.end();
    await others[1];
    expect(log).toEqual(['slow', 'second', 'third']);
    expect(await turns.take(() => Promise.resolve('free'))).toBe('free');
  });

  it('share their turns per database', () => {
    expect(turnsOf('postgres://one')).toBe(turnsOf('postgres://one'));
    expect(turnsOf('postgres://one')).not.toBe(turnsOf('postgres://two'));
  });
});
