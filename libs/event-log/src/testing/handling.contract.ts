import { eventually } from '#testing';
import { newId } from '#kernel';
import type { Handle } from '../event-log.js';
import { appendMany, changed, countEffects, effectsByKey, type Ground, type Member, nameOf, upTo } from './ground.js';
import { writeEffects } from './transport.js';

const TOPIC = { group: 'inbox', topic: 'inbox.conversation.v1' } as const;

/** Fails on events named "poison" while it is told to. */
function moody(): { handle: Handle; angry: boolean } {
  const mood = {
    angry: true,
    handle: (async (tx, batch) => {
      await writeEffects(tx, batch);
      const poison = batch.events.find((event) => nameOf(event) === 'poison');
      if (poison && mood.angry) throw new TypeError(`cannot read ${poison.key}`);
    }) as Handle,
  };
  return mood;
}

/** What becomes of a batch. */
export function handling(begin: () => Promise<Ground>): void {
  let here: Ground;
  let member: Member;
  beforeEach(async () => {
    here = await begin();
    member = await here.open();
  });
  afterEach(() => here.close());

  it('a backlog is handled in large batches, two statements of the log each', async () => {
    await appendMany(member, ['a', 'b', 'c', 'd'], 300);
    const sizes: number[] = [];
    const reader = await here.open();
    const statements = reader.db.count;
    const before = { ...statements };
    await reader.log.subscribe(TOPIC, async (_tx, batch) => {
      sizes.push(batch.events.length);
    });
    await eventually(() => sizes.reduce((sum, size) => sum + size, 0) === 1_200, 15_000);
    expect(sizes.length).toBeLessThanOrEqual(6);
    await eventually(() => statements.commits - before.commits >= sizes.length);
    // beside the batches: subscribing, looking for more, and (Kafka) reading offsets and polling the outbox
    expect(statements.statements - before.statements).toBeLessThanOrEqual(2 * sizes.length + 15);
  });

  it('effect and offset commit together: a crash after the effects leaves none of them', async () => {
    let crashes = 0;
    await member.log.subscribe(TOPIC, async (tx, batch) => {
      await writeEffects(tx, batch);
      if (crashes++ < 3) throw Object.assign(new Error('lost the race'), { code: '40001' });
    });
    await appendMany(member, ['a'], 10);
    await eventually(async () => (await countEffects(member.db)) >= 10);
    expect(crashes).toBeGreaterThan(3);
    expect(await effectsByKey(member.db)).toEqual({ a: upTo(10) });
    expect(await member.log.parked()).toEqual([]);
  });

  it('a member that comes back handles nothing again', async () => {
    await member.log.subscribe(TOPIC, writeEffects);
    await appendMany(member, ['a', 'b'], 20);
    await eventually(async () => (await countEffects(member.db)) >= 40);
    await member.close();
    const again = await here.open();
    await again.log.subscribe(TOPIC, writeEffects);
    await appendMany(again, ['c'], 1);
    await eventually(async () => (await countEffects(again.db)) >= 41);
    expect(await effectsByKey(again.db)).toEqual({ a: upTo(20), b: upTo(20), c: [1] });
  });

  it('two groups each handle every event once', async () => {
    const other: string[] = [];
    await member.log.subscribe(TOPIC, writeEffects);
    await member.log.subscribe({ ...TOPIC, group: 'watcher' }, async (_tx, batch) => {
      other.push(...batch.events.map((event) => `${event.key}${event.seq}`));
    });
    await appendMany(member, ['a', 'b'], 5);
    await eventually(async () => other.length === 10 && (await countEffects(member.db)) === 10);
    expect(new Set(other).size).toBe(10);
  });

  it('of 500 events with one poisonous 499 are handled and one is parked', async () => {
    const mood = moody();
    await member.db.transaction(async (tx) => {
      for (let n = 1; n <= 500; n++) {
        member.log.append(tx, [changed(n === 300 ? 'bad' : `key ${n % 7}`, n, n === 300 ? 'poison' : 'sound')]);
      }
    });
    await member.log.subscribe(TOPIC, mood.handle);
    await eventually(async () => (await countEffects(member.db)) >= 499, 20_000);
    const parked = await eventually(async () => {
      const list = await member.log.parked();
      return list.length > 0 ? list : null;
    });
    expect(parked).toHaveLength(1);
    expect(parked[0]).toMatchObject({
      key: 'bad',
      type: 'customer.changed',
      error: 'cannot read bad',
      waitingBehind: 0,
    });
    expect(await countEffects(member.db)).toBe(499);
  });

  it('a key that no index could hold is parked like any other, and nobody waits for it', async () => {
    const mood = moody();
    await member.log.subscribe(TOPIC, mood.handle);
    const endless = Array.from({ length: 200 }, newId).join('\u0000');
    await member.db.transaction(async (tx) =>
      member.log.append(tx, [changed(endless, 1, 'poison'), changed(endless, 2), changed('good', 1)]),
    );
    await eventually(async () => (await member.log.parked())[0]?.waitingBehind === 1);
    expect(await effectsByKey(member.db)).toEqual({ good: [1] });
  });

  it('later events of a parked key queue behind it, other keys flow, and a replay ends as if nothing had failed', async () => {
    const mood = moody();
    await member.log.subscribe(TOPIC, mood.handle);
    const add = (...events: ReturnType<typeof changed>[]) =>
      member.db.transaction(async (tx) => member.log.append(tx, events));
    await add(changed('bad', 1), changed('bad', 2, 'poison'), changed('good', 1));
    await eventually(async () => (await member.log.parked()).length === 1);
    await add(changed('bad', 3), changed('good', 2), changed('bad', 4));
    await eventually(async () => (await member.log.parked())[0]?.waitingBehind === 2);
    await eventually(async () => (await effectsByKey(member.db))['good']?.length === 2);
    expect(await effectsByKey(member.db)).toEqual({ bad: [1], good: [1, 2] });

    const [entry] = await member.log.parked();
    await expect(member.log.replay(entry!.id)).rejects.toThrow('cannot read bad');
    expect((await member.log.parked())[0]!.attempts).toBe(2);
    mood.angry = false;
    expect(await member.log.replay(entry!.id)).toBe(3);
    await add(changed('bad', 5));
    await eventually(async () => (await effectsByKey(member.db))['bad']?.length === 5);
    expect(await effectsByKey(member.db)).toEqual({ bad: upTo(5), good: [1, 2] });
    expect(await member.log.parked()).toEqual([]);
  });

  it('events that arrive while their key is being replayed are neither lost nor overtaken', async () => {
    const mood = moody();
    await member.log.subscribe(TOPIC, mood.handle);
    await member.db.transaction(async (tx) => member.log.append(tx, [changed('bad', 1, 'poison')]));
    const [entry] = await eventually(async () => {
      const list = await member.log.parked();
      return list.length > 0 ? list : null;
    });
    mood.angry = false;
    const writing = (async () => {
      for (let n = 2; n <= 60; n++) {
        await member.db.transaction(async (tx) => member.log.append(tx, [changed('bad', n)]));
      }
    })();
    await eventually(async () => ((await member.log.parked())[0]?.waitingBehind ?? 0) > 3);
    await member.log.replay(entry!.id);
    await writing;
    await eventually(async () => (await countEffects(member.db)) >= 60);
    expect(await effectsByKey(member.db)).toEqual({ bad: upTo(60) });
    expect(await member.db.query('select 1 from log.parked')).toEqual([]);
  });

  it('replaying what nobody knows says so', async () => {
    await expect(member.log.replay(newId())).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('cut database connections count no attempt, park nothing and double nothing', async () => {
    await member.log.subscribe(TOPIC, async (tx, batch) => {
      await writeEffects(tx, batch);
      await tx.query('select pg_sleep(0.005)'); // so that cuts hit the middle of batches
    });
    for (let round = 0; round < 12; round++) {
      await eventually(async () => {
        await appendMany(member, [`round ${round}`], 20).catch(() => undefined);
        return (await member.db.query(`select 1 from effects where key = $1`, [`round ${round}`])).length > 0;
      });
      expect(await here.cut()).toBeGreaterThan(0);
    }
    const seqs = await eventually(async () => {
      const total = (await member.log.lag()).reduce((sum, row) => sum + row.events, 0);
      return total === 0 ? effectsByKey(member.db) : null;
    }, 20_000);
    // a round may have been appended twice (its COMMIT was cut), but each of its events has one effect
    const [doubled] = await member.db.query<{ n: number }>(
      'select count(*)::int as n from (select 1 from effects group by event_id having count(*) > 1) as d',
    );
    expect(doubled!.n).toBe(0);
    expect(Object.keys(seqs)).toHaveLength(12);
    expect(await member.log.parked()).toEqual([]);
  }, 60_000);

  it('lag counts what is not handled yet, and ends at nothing', async () => {
    let shut = () => {};
    const opened = new Promise<void>((done) => (shut = done));
    const lag = async () => (await member.log.lag()).find((row) => row.topic === TOPIC.topic)?.events;
    await member.log.subscribe({ ...TOPIC, batchSize: 10 }, async (tx, batch) => {
      if (batch.events.some((event) => event.seq === 11)) await opened;
      await writeEffects(tx, batch);
    });
    await eventually(async () => (await lag()) === 0);
    await appendMany(member, ['a'], 10);
    await eventually(async () => (await countEffects(member.db)) === 10 && (await lag()) === 0);
    await appendMany(member, ['b'], 25);
    await eventually(async () => (await lag()) === 15 || (await lag()) === 25);
    shut();
    await eventually(async () => (await lag()) === 0);
    expect(await countEffects(member.db)).toBe(35);
  });
}
