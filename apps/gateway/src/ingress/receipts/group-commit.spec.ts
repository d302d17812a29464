import { DomainError } from '#kernel';
import { GroupCommit, type GroupCommitOptions } from './group-commit.js';

interface Door {
  batches: string[][];
  open(): void;
  options: GroupCommitOptions<string, string>;
}

/** A database that writes when the door is opened; `bad` entries fail whoever is with them. */
function door(over: Partial<GroupCommitOptions<string, string>> = {}): Door {
  const batches: string[][] = [];
  let release: (() => void) | null = null;
  const options: GroupCommitOptions<string, string> = {
    async flush(batch) {
      batches.push(batch);
      if (batches.length === 1) await new Promise<void>((done) => (release = done));
      if (batch.includes('bad')) throw new Error('constraint');
      if (batch.includes('down')) throw new Error('connection lost');
      return batch.map((entry) => entry.toUpperCase());
    },
    passes: (error) => (error as Error).message === 'connection lost',
    sizeOf: (entry) => entry.length,
    maxBatch: 3,
    maxBatchBytes: 100,
    maxWaiting: 4,
    maxWaitingBytes: 50,
    maxWaitMs: 10_000,
    ...over,
  };
  return { batches, options, open: () => release!() };
}
const turn = () => new Promise((done) => setImmediate(() => setImmediate(done)));
const outcome = (promise: Promise<string>) => promise.catch((error: DomainError) => error.code ?? error.message);

it('what comes while one write is under way shares the next ones, in order', async () => {
  const { batches, options, open } = door();
  const commits = new GroupCommit(options);
  const first = commits.submit('a');
  await turn();
  const rest = ['b', 'c', 'd', 'e'].map((entry) => commits.submit(entry));
  open();
  expect(await Promise.all([first, ...rest])).toEqual(['A', 'B', 'C', 'D', 'E']);
  expect(batches).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
});

it('too many waiting are refused at once, in entries and in bytes', async () => {
  const { options, open } = door();
  const commits = new GroupCommit(options);
  const first = commits.submit('a');
  await turn();
  const waiting = ['b', 'c', 'd', 'e'].map((entry) => commits.submit(entry));
  expect(await outcome(commits.submit('f'))).toBe('overloaded');
  open();
  await Promise.all([first, ...waiting]);
  const again = door();
  const bytes = new GroupCommit(again.options);
  const one = bytes.submit('a');
  await turn();
  const large = bytes.submit('x'.repeat(40));
  expect(await outcome(bytes.submit('y'.repeat(40)))).toBe('overloaded');
  again.open();
  await Promise.all([one, large]);
});

it('one bad entry fails alone; its neighbours are written', async () => {
  const { options, open } = door();
  const commits = new GroupCommit(options);
  const first = commits.submit('a');
  await turn();
  const others = ['b', 'bad', 'c'].map((entry) => outcome(commits.submit(entry)));
  open();
  expect(await Promise.all([first, ...others])).toEqual(['A', 'B', 'constraint', 'C']);
});

it('trouble with the database fails all of the batch at once, without trying each', async () => {
  const { batches, options, open } = door();
  const commits = new GroupCommit(options);
  const first = commits.submit('a');
  await turn();
  const others = ['b', 'down'].map((entry) => outcome(commits.submit(entry)));
  open();
  await first;
  expect(await Promise.all(others)).toEqual(['connection lost', 'connection lost']);
  expect(batches).toHaveLength(2);
});

it('who waited too long is refused instead of written', async () => {
  const { batches, options, open } = door({ maxWaitMs: 50 });
  const commits = new GroupCommit(options);
  const first = commits.submit('a');
  await turn();
  expect(await outcome(commits.submit('late'))).toBe('overloaded');
  open();
  await first;
  expect(batches).toEqual([['a']]);
});
