import { eventually } from '#testing';
import { type Child, removeChildBuild, startChild } from './child.js';
import { appendMany, changed, countEffects, effectsByKey, type Ground, type Member, upTo } from './ground.js';
import { writeEffects } from './transport.js';

const TOPIC = { group: 'inbox', topic: 'inbox.conversation.v1' } as const;
const KEYS = upTo(12).map((n) => `key ${n}`);
const EACH = Object.fromEntries(KEYS.map((key) => [key, upTo(50)]));

/** What becomes of a group whose members come, go, die and sleep. */
export function members(begin: () => Promise<Ground>): void {
  let here: Ground;
  let children: Child[] = [];
  beforeEach(async () => (here = await begin()));
  afterEach(async () => {
    for (const child of children) await child.end();
    children = [];
    await here.close();
  });
  afterAll(removeChildBuild);
  const child = async (name: string, over: Partial<Ground['transport']> = {}) => {
    const started = await startChild(here, name, over);
    children.push(started);
    return started;
  };
  const trap = (member: Member) =>
    member.db.transaction(async (tx) => member.log.append(tx, [changed('trap', 1, 'trap')]));

  it('two members share the work; one leaves and the other goes on: each event once, in order', async () => {
    const [first, second, writer] = [await here.open(), await here.open(), await here.open()];
    await first.log.subscribe(TOPIC, (tx, batch) => writeEffects(tx, batch, 'first'));
    await appendMany(writer, KEYS, 10);
    await eventually(async () => (await countEffects(writer.db)) > 0);
    await second.log.subscribe(TOPIC, (tx, batch) => writeEffects(tx, batch, 'second'));
    const rest = (from: number, to: number) =>
      writer.db.transaction(async (tx) =>
        writer.log.append(
          tx,
          upTo(50)
            .filter((n) => n > from && n <= to)
            .flatMap((n) => KEYS.map((key) => changed(key, n))),
        ),
      );
    for (let n = 10; n < 40; n++) await rest(n, n + 1);
    await first.close();
    await rest(40, 50);
    await eventually(async () => (await countEffects(writer.db)) >= 600, 20_000);
    expect(await effectsByKey(writer.db)).toEqual(EACH);
  }, 60_000);

  it('a member killed in the middle of a batch has done nothing; another does it', async () => {
    const writer = await here.open();
    const killed = await child('killed');
    await trap(writer);
    await killed.says('in hand');
    killed.signal('SIGKILL');
    const heir = await here.open();
    await heir.log.subscribe(TOPIC, (tx, batch) => writeEffects(tx, batch, 'heir'));
    await eventually(async () => (await countEffects(writer.db)) >= 1, 20_000);
    expect(await writer.db.query('select key, by_member from effects')).toEqual([{ key: 'trap', by_member: 'heir' }]);
  }, 60_000);

  it('a member that sleeps through a hand-over changes nothing when it wakes, and works again', async () => {
    const writer = await here.open();
    const sleeper = await child('sleeper', { idleLimitMs: here.transport.brokers.length > 0 ? 60_000 : 1_000 });
    await trap(writer);
    await sleeper.says('in hand');
    sleeper.signal('SIGSTOP');
    const heir = await here.open();
    await heir.log.subscribe(TOPIC, (tx, batch) => writeEffects(tx, batch, 'heir'));
    await eventually(async () => (await countEffects(writer.db)) >= 1, 20_000);
    sleeper.signal('SIGCONT');
    sleeper.tell('go');
    await heir.close();
    await appendMany(writer, ['after'], 3);
    await eventually(async () => (await countEffects(writer.db)) >= 4, 20_000);
    const rows = await writer.db.query('select key, seq, by_member from effects order by id');
    expect(rows).toEqual([
      { key: 'trap', seq: 1, by_member: 'heir' },
      ...upTo(3).map((seq) => ({ key: 'after', seq, by_member: 'sleeper' })),
    ]);
  }, 60_000);
}
