import { newId } from '#kernel';
import { eventually, kafkaForTests } from '#testing';
import {
  appendMany,
  changed,
  countEffects,
  effectsByKey,
  ground,
  type Ground,
  nameOf,
  upTo,
} from '../testing/ground.js';
import { writeEffects } from '../testing/transport.js';

const TOPIC = { group: 'inbox', topic: 'inbox.conversation.v1' } as const;
const ON_POSTGRES = { brokers: [] };
const kafka = await kafkaForTests();

(kafka ? describe : describe.skip)('a business that changes its transport', () => {
  let here: Ground;
  beforeEach(async () => {
    const prefix = `t${newId().slice(-12)}.`;
    here = await ground({ brokers: kafka!.brokers, prefix, sessionTimeoutMs: 3_000, idleLimitMs: 30_000 });
  });
  afterEach(() => here.close());
  afterAll(() => kafka?.close());

  it('takes the backlog of the Postgres log along: each group goes on where it stood, once, in order', async () => {
    const before = await here.open(ON_POSTGRES);
    const sla: string[] = [];
    const stopAt = 30;
    const subscription = await before.log.subscribe({ ...TOPIC, batchSize: 5 }, writeEffects);
    await appendMany(before, ['a', 'b', 'c'], stopAt / 3);
    await eventually(async () => (await countEffects(before.db)) === stopAt);
    await subscription.stop();
    const idle = await before.log.subscribe({ ...TOPIC, group: 'sla' }, () => Promise.reject(new Error('not yet')));
    await idle.stop(); // known to the log, has handled nothing or parked what failed
    await before.db.query(`delete from log.parked`);
    await before.db.query(`update log.consumed set next_position = 1 where consumer = 'sla'`);
    await before.db.transaction(async (tx) =>
      before.log.append(
        tx,
        ['a', 'b', 'c'].flatMap((key) => [changed(key, 11), changed(key, 12)]),
      ),
    );
    await before.close();

    const after = await here.open();
    await after.db.transaction(async (tx) =>
      after.log.append(
        tx,
        ['a', 'b', 'c'].map((key) => changed(key, 13)),
      ),
    );
    const second = await here.open(); // finds nothing more to carry
    await after.log.subscribe(TOPIC, writeEffects);
    await second.log.subscribe({ ...TOPIC, group: 'sla' }, async (_tx, batch) => {
      sla.push(...batch.events.map((event) => `${event.key}${event.seq}`));
    });
    await eventually(async () => (await countEffects(after.db)) >= 39 && sla.length >= 39, 15_000);
    await appendMany(after, ['end'], 1);
    await eventually(async () => sla.includes('end1') && (await effectsByKey(after.db))['end']);
    expect(await effectsByKey(after.db)).toEqual({ a: upTo(13), b: upTo(13), c: upTo(13), end: [1] });
    for (const key of ['a', 'b', 'c']) {
      expect(sla.filter((name) => name.startsWith(key))).toEqual(upTo(13).map((n) => `${key}${n}`));
    }
  }, 60_000);

  it('carries events that nobody has ever subscribed to, and what was parked stays parked', async () => {
    const before = await here.open(ON_POSTGRES);
    await before.log.subscribe(TOPIC, async (tx, batch) => {
      await writeEffects(tx, batch);
      if (batch.events.some((event) => nameOf(event) === 'poison')) throw new Error('bad');
    });
    await before.db.transaction(async (tx) =>
      before.log.append(tx, [
        changed('bad', 1, 'poison'),
        { type: 'team.changed', key: 't', occurredAt: new Date(0), payload: { id: 't', name: 'T', memberIds: [] } },
      ]),
    );
    await eventually(async () => (await before.log.parked()).length === 1);
    await before.close();

    const after = await here.open();
    const teams: string[] = [];
    await after.log.subscribe({ group: 'inbox', topic: 'gateway.people.v1' }, async (_tx, batch) => {
      teams.push(...batch.events.map((event) => event.key));
    });
    await after.log.subscribe(TOPIC, writeEffects);
    await appendMany(after, ['good'], 2);
    await after.db.transaction(async (tx) => after.log.append(tx, [changed('bad', 2)]));
    await eventually(() => teams.length > 0, 10_000);
    await eventually(async () => (await after.log.parked())[0]?.waitingBehind === 1);
    expect(teams).toEqual(['t']);
    expect(await after.log.replay((await after.log.parked())[0]!.id)).toBe(2);
    expect(await effectsByKey(after.db)).toEqual({ bad: [1, 2], good: [1, 2] });
  }, 60_000);

  it('goes back to Postgres with what was not published yet, and does nothing twice', async () => {
    const on = await here.open();
    await on.log.subscribe(TOPIC, writeEffects);
    await appendMany(on, ['a'], 5);
    await eventually(async () => (await countEffects(on.db)) === 5);
    // one that was published and handled, but whose row the relay had not deleted yet
    const [copy] = await on.db.query<{ event_id: string }>('select event_id from effects order by id limit 1');
    await on.close();
    const unreachable = await here.open({ brokers: ['127.0.0.1:1'] });
    await unreachable.db.transaction(async (tx) => {
      unreachable.log.append(tx, [{ ...changed('a', 1), id: copy!.event_id }]);
      unreachable.log.append(
        tx,
        upTo(10)
          .filter((n) => n > 5)
          .map((n) => changed('a', n)),
      );
    });
    await unreachable.close();

    const back = await here.open(ON_POSTGRES);
    await back.log.subscribe(TOPIC, writeEffects);
    await appendMany(back, ['b'], 2);
    await eventually(async () => (await countEffects(back.db)) >= 12);
    expect(await effectsByKey(back.db)).toEqual({ a: upTo(10), b: [1, 2] });
    expect(await back.db.query('select 1 from log.outbox')).toEqual([]);
  }, 60_000);
});
