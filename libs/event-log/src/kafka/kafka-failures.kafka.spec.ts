import { Kafka, logLevel } from 'kafkajs';
import { newId } from '#kernel';
import { eventually, kafkaForTests } from '#testing';
import {
  appendMany,
  changed,
  countEffects,
  effectsByKey,
  ground,
  type Ground,
  type Member,
  upTo,
} from '../testing/ground.js';
import { writeEffects } from '../testing/transport.js';
import { pruneHandled } from './kafka-log.store.js';
import { KafkaMember } from './kafka-member.js';

const TOPIC = { group: 'inbox', topic: 'inbox.conversation.v1' } as const;
const kafka = await kafkaForTests();

(kafka ? describe : describe.skip)('what only Kafka can do to the log', () => {
  let prefix: string;
  let here: Ground;
  const grounds: Ground[] = [];
  const begin = async () => {
    const made = await ground({ brokers: kafka!.brokers, prefix, sessionTimeoutMs: 3_000, idleLimitMs: 30_000 });
    grounds.push(made);
    return made;
  };
  beforeEach(async () => {
    prefix = `t${newId().slice(-12)}.`;
    here = await begin();
  });
  afterEach(async () => {
    for (const made of grounds.splice(0)) await made.close();
  });
  afterAll(() => kafka?.close());

  const client = () => new Kafka({ brokers: kafka!.brokers, logLevel: logLevel.NOTHING });
  const withAdmin = async <T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> => {
    const admin = client().admin();
    await admin.connect();
    return work(admin).finally(() => admin.disconnect());
  };
  const publishedEvents = () =>
    withAdmin(async (admin) => {
      const rows = await admin.fetchTopicOffsets(`${prefix}${TOPIC.topic}`);
      return rows.reduce((sum, row) => sum + Number(row.high), 0);
    });
  const add = (member: Member, ...events: ReturnType<typeof changed>[]) =>
    member.db.transaction(async (tx) => member.log.append(tx, events));

  it('an event that a relay published twice, having died before it could delete it, has one effect', async () => {
    const member = await here.open();
    await member.log.subscribe(TOPIC, writeEffects);
    await member.db.query(`create function refuse() returns trigger language plpgsql as $$ begin
      if (select count(*) from inbox.threads) < 1 then raise exception 'the relay died here'; end if; return old; end $$`);
    await here.asOwner(`create trigger dies before delete on log.outbox for each row execute function inbox.refuse()`);
    await appendMany(member, ['a', 'b'], 10);
    await eventually(async () => (await publishedEvents()) >= 40);
    await member.db.query(`insert into threads values ('let go', 1)`);
    await eventually(async () => (await member.log.lag()).every((row) => row.events === 0), 10_000);
    expect(await effectsByKey(member.db)).toEqual({ a: upTo(10), b: upTo(10) });
    expect(await publishedEvents()).toBeGreaterThanOrEqual(40);
  });

  it('Kafka may forget where the group stood, or believe it further on: the database knows', async () => {
    const member = await here.open();
    await member.log.subscribe(TOPIC, writeEffects);
    await appendMany(member, ['a', 'b', 'c'], 20);
    await eventually(async () => (await countEffects(member.db)) === 60);
    await member.close();
    const groupId = `${prefix}inbox.${TOPIC.topic}`;
    const topic = `${prefix}${TOPIC.topic}`;
    await withAdmin((admin) => admin.deleteGroups([groupId]));
    const again = await here.open();
    await again.log.subscribe(TOPIC, writeEffects);
    await appendMany(again, ['d'], 5);
    await eventually(async () => (await countEffects(again.db)) >= 65);
    await again.close();

    const writer = await here.open();
    await appendMany(writer, ['e'], 5);
    await eventually(async () => (await publishedEvents()) === 70);
    await withAdmin(async (admin) => {
      const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
        partition,
        offset: high,
      }));
      await admin.setOffsets({ groupId, topic, partitions });
    });
    await writer.log.subscribe(TOPIC, writeEffects);
    await eventually(async () => (await countEffects(writer.db)) >= 70);
    expect(await effectsByKey(writer.db)).toEqual({ a: upTo(20), b: upTo(20), c: upTo(20), d: upTo(5), e: upTo(5) });
  }, 60_000);

  it('what a stranger wrote into the topic is parked at once, the rest flows', async () => {
    const member = await here.open();
    await member.log.subscribe(TOPIC, writeEffects);
    await appendMany(member, ['a'], 1);
    await eventually(async () => (await countEffects(member.db)) === 1);
    const producer = client().producer();
    await producer.connect();
    const values = ['no json', '{"id":"7","type":"x","key":"k","payload":{}}', null, '[]', '"text"'];
    await producer.send({ topic: `${prefix}${TOPIC.topic}`, messages: values.map((value) => ({ key: 'a', value })) });
    await producer.disconnect();
    await appendMany(member, ['b'], 3);
    await eventually(async () => (await member.log.parked()).length === 5);
    await eventually(async () => (await countEffects(member.db)) === 4);
    expect((await member.log.parked()).map((entry) => entry.type)).toEqual(values.map(() => 'unreadable'));
  });

  it('two processes of an app publish the same outbox without disturbing the order of a key', async () => {
    const [one, two] = [await here.open(), await here.open()];
    await one.log.subscribe(TOPIC, writeEffects);
    const keys = upTo(6).map((n) => `key ${n}`);
    const writer = async (member: Member, from: number) => {
      for (let n = 0; n < 60; n++) {
        const key = keys[(n + from) % keys.length]!;
        await member.db.transaction(async (tx) => {
          const [row] = await tx.query<{ seq: number }>(
            `insert into threads (key, seq) values ($1, 1) on conflict (key) do update set seq = threads.seq + 1 returning seq`,
            [key],
          );
          member.log.append(tx, [changed(key, row!.seq)]);
        });
      }
    };
    await Promise.all([writer(one, 0), writer(two, 3), writer(one, 1), writer(two, 2)]);
    await eventually(async () => (await countEffects(one.db)) >= 240, 10_000);
    expect(await effectsByKey(one.db)).toEqual(Object.fromEntries(keys.map((key) => [key, upTo(40)])));
  });

  it('apps with a database each meet on the topics', async () => {
    const there = await begin();
    const [inbox, sla] = [await here.open(), await there.open()];
    await inbox.log.subscribe(TOPIC, writeEffects);
    await sla.log.subscribe({ ...TOPIC, group: 'sla' }, writeEffects);
    await appendMany(inbox, ['a', 'b'], 10);
    for (const { db } of [inbox, sla]) {
      await eventually(async () => (await countEffects(db)) >= 20);
      expect(await effectsByKey(db)).toEqual({ a: upTo(10), b: upTo(10) });
    }
  });

  it('a topic made anew, or shortened by retention, is read from what there is, and says so', async () => {
    const member = await here.open();
    await member.log.subscribe(TOPIC, writeEffects);
    await appendMany(member, ['a'], 5);
    await eventually(async () => (await countEffects(member.db)) === 5);
    await member.close();
    const topic = `${prefix}${TOPIC.topic}`;
    await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
    const again = await here.open();
    await appendMany(again, ['a'], 2); // the same partition: it stood at 5
    await eventually(async () => (await publishedEvents()) === 2);
    await again.log.subscribe(TOPIC, writeEffects);
    await eventually(async () => (await countEffects(again.db)) === 7);
    expect(again.errors.map(String).join()).toContain('the topic was made anew');
    await again.close();

    const writer = await here.open();
    await appendMany(writer, ['a'], 3);
    await eventually(async () => (await publishedEvents()) === 5);
    await withAdmin(async (admin) => {
      const partitions = (await admin.fetchTopicOffsets(topic)).filter((row) => Number(row.high) > 0);
      await admin.deleteTopicRecords({
        topic,
        partitions: partitions.map(({ partition }) => ({ partition, offset: '4' })),
      });
    });
    await writer.log.subscribe(TOPIC, writeEffects);
    await eventually(async () => (await countEffects(writer.db)) === 8);
    expect(writer.errors.map(String).join()).toContain('2 events were removed unread');
  }, 60_000);

  it('a batch that takes longer than the session is handled once: heartbeats go on meanwhile', async () => {
    const member = await here.open({ sessionTimeoutMs: 1_500 });
    let calls = 0;
    await member.log.subscribe(TOPIC, async (tx, batch) => {
      calls += 1;
      await tx.query('select pg_sleep(4)');
      await writeEffects(tx, batch);
    });
    await appendMany(member, ['a'], 3);
    await eventually(async () => (await countEffects(member.db)) >= 3, 15_000);
    expect(calls).toBe(1);
  });

  it('a consumer that kafkajs has given up on is replaced: a TypeError stops kafkajs for good, in silence', async () => {
    const writer = await here.open();
    await appendMany(writer, ['a'], 1);
    await eventually(async () => (await publishedEvents()) === 1);
    const errors: unknown[] = [];
    let batches = 0;
    const member = new KafkaMember({
      kafka: client(),
      groupId: `${prefix}alone`,
      topic: `${prefix}${TOPIC.topic}`,
      sessionTimeoutMs: 3_000,
      onAssigned: () => undefined,
      onBatch: () => (batches++ === 0 ? Promise.reject(new TypeError('a mistake of ours')) : Promise.resolve()),
      onError: (error) => errors.push(error),
    });
    member.start();
    await eventually(() => batches >= 2, 20_000);
    await member.stop();
    expect(String(errors[0])).toContain('a mistake of ours');
  });

  it('handled ids are forgotten when the topics have long dropped the events', async () => {
    const member = await here.open();
    await member.log.subscribe(TOPIC, writeEffects);
    await appendMany(member, ['a'], 5);
    await eventually(async () => (await countEffects(member.db)) === 5);
    const [row] = await member.db.query<{ at: Date }>('select max(handled_at) as at from log.handled');
    expect(await pruneHandled(member.db, 'inbox', new Date(row!.at.getTime() - 60_000), 5_000)).toBe(0);
    expect(await pruneHandled(member.db, 'inbox', new Date(row!.at.getTime() + 1_000), 3)).toBe(3);
    expect(await pruneHandled(member.db, 'other', new Date(row!.at.getTime() + 1_000), 5_000)).toBe(0);
  });

  (kafka?.own ? describe : describe.skip)('a broker that goes away', () => {
    it('killed and restarted under load: nothing is lost, doubled or reordered, and appending goes on meanwhile', async () => {
      const member = await here.open();
      const subscription = await member.log.subscribe(TOPIC, writeEffects);
      await appendMany(member, ['a', 'b', 'c'], 10);
      await eventually(async () => (await countEffects(member.db)) > 0);
      await kafka!.kill();
      for (let n = 11; n <= 60; n++) await add(member, ...['a', 'b', 'c'].map((key) => changed(key, n)));
      await eventually(
        async () => (await member.log.lag()).reduce((sum, row) => sum + (row.unpublished ?? 0), 0) >= 150,
      );
      await eventually(() => !subscription.healthy(), 20_000);
      await kafka!.restart();
      await eventually(async () => (await countEffects(member.db)) >= 180, 30_000);
      expect(await effectsByKey(member.db)).toEqual({ a: upTo(60), b: upTo(60), c: upTo(60) });
      await eventually(() => subscription.healthy());
    }, 90_000);

    it('not there yet at the start: the app starts, appends, and its events flow once it comes', async () => {
      await kafka!.kill();
      const member = await here.open();
      await member.log.subscribe(TOPIC, writeEffects);
      await appendMany(member, ['a'], 5);
      expect(await member.log.lag()).toEqual([{ group: 'inbox', topic: TOPIC.topic, events: 5, unpublished: 5 }]);
      await kafka!.restart();
      await eventually(async () => (await countEffects(member.db)) >= 5, 30_000);
      expect(await effectsByKey(member.db)).toEqual({ a: upTo(5) });
    }, 90_000);
  });
});
