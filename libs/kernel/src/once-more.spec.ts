import { onceMore } from './once-more.js';

const turn = () => new Promise((done) => setImmediate(done));

describe('work that runs once more when it is called meanwhile', () => {
  it('runs at once, and once more for any number of calls during the run', async () => {
    let finish = (): void => undefined;
    let runs = 0;
    const look = onceMore(
      () => {
        runs += 1;
        return new Promise<void>((done) => (finish = done));
      },
      () => undefined,
    );
    look();
    expect(runs).toBe(1);
    look();
    look();
    expect(runs).toBe(1);
    finish();
    await turn();
    expect(runs).toBe(2);
    finish();
    await turn();
    expect(runs).toBe(2);
    look();
    expect(runs).toBe(3);
  });

  it('tells what went wrong, and runs again only when called', async () => {
    const told: unknown[] = [];
    let runs = 0;
    const look = onceMore(
      async () => {
        runs += 1;
        if (runs === 1) look();
        throw new Error(`trouble ${runs}`);
      },
      (error) => told.push((error as Error).message),
    );
    look();
    await turn();
    expect(told).toEqual(['trouble 1', 'trouble 2']);
    look();
    await turn();
    expect(runs).toBe(3);
  });
});
