import { Chains } from './chains.js';

interface Job {
  key: string;
  name: string;
  open: () => void;
  done: Promise<void>;
}
const job = (key: string, name: string): Job => {
  let open!: () => void;
  const done = new Promise<void>((resolve) => (open = resolve));
  return { key, name, open, done };
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('one key runs in its order, others beside it, never more than there are lanes', async () => {
  const begun: string[] = [];
  const chains = new Chains<Job>(
    2,
    (one) => {
      begun.push(one.name);
      return one.done;
    },
    () => undefined,
  );
  const [a1, a2, b1, c1] = [job('a', 'a1'), job('a', 'a2'), job('b', 'b1'), job('c', 'c1')];
  for (const one of [a1, a2, b1, c1]) chains.add(one.key, one);
  expect(begun).toEqual(['a1', 'b1']);
  b1.open();
  await turn();
  expect(begun).toEqual(['a1', 'b1', 'c1']); // a2 waits for a1, whatever else there is to do
  c1.open();
  await turn();
  expect(begun).toHaveLength(3);
  a1.open();
  await turn();
  expect(begun).toEqual(['a1', 'b1', 'c1', 'a2']);
  a2.open();
});

it('a free lane is told, so that more can be fetched', async () => {
  let free = 0;
  const chains = new Chains<string>(
    1,
    async () => undefined,
    () => (free += 1),
  );
  chains.add('a', 'x');
  await turn();
  expect(free).toBe(1);
});
