import { eventually } from '#testing';
import { newId } from '#kernel';
import type { Envelope } from '#contracts';
import { changed, countEffects, effectsByKey, type Ground, type Member, upTo } from './ground.js';
import { writeEffects } from './transport.js';

const TOPIC = { group: 'inbox', topic: 'inbox.conversation.v1' } as const;

/** A state change with its event, as every service does it: the row that owns the key is locked first. */
async function advance(member: Member, key: string): Promise<void> {
  await member.db.transaction(async (tx) => {
    const [row] = await tx.query<{ seq: number }>(
      `insert into threads (key, seq) values ($1, 1) on conflict (key) do update set seq = threads.seq + 1 returning seq`,
      [key],
    );
    member.log.append(tx, [changed(key, row!.seq)]);
  });
}

const waitForLocks = async (member: Member): Promise<number> =>
  (await member.db.query('select 1 from pg_locks where not granted')).length;

/** Lets the COMMIT of a key's owner wait, after the log has written, for as long as somebody holds the lock. */
const SLOW_COMMIT = `
  create function inbox.wait() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(1); return null; end $$;
  create constraint trigger slow_commit after insert on inbox.threads deferrable initially deferred
    for each row when (new.key = 'slow') execute function inbox.wait()`;

/** What becomes of events on their way in. */
export function appending(begin: () => Promise<Ground>): void {
  describe('appending', () => {
    let here: Ground;
    let member: Member;
    beforeEach(async () => {
      here = await begin();
      member = await here.open();
    });
    afterEach(() => here.close());

    it('an event commits with the state and is gone with it', async () => {
      await member.log.subscribe(TOPIC, writeEffects);
      await advance(member, 'kept');
      const failed = member.db.transaction(async (tx) => {
        member.log.append(tx, [changed('lost', 1)]);
        throw new Error('the service changed its mind');
      });
      await expect(failed).rejects.toThrow('changed its mind');
      await advance(member, 'kept');
      await eventually(async () => (await countEffects(member.db)) >= 2);
      expect(await effectsByKey(member.db)).toEqual({ kept: [1, 2] });
    });

    it('keeps order per key under eight writers who fight for the same keys', async () => {
      await member.log.subscribe(TOPIC, writeEffects);
      const keys = upTo(5).map((n) => `key ${n}`);
      const writer = async (seed: number) => {
        for (let n = 0; n < 40; n++) await advance(member, keys[(n * 7 + seed) % keys.length]!);
      };
      await Promise.all(upTo(8).map(writer));
      await eventually(async () => (await countEffects(member.db)) >= 320, 20_000);
      expect(await effectsByKey(member.db)).toEqual(Object.fromEntries(keys.map((key) => [key, upTo(64)])));
    });

    it('a slow transaction with a smaller position is not skipped', async () => {
      await member.log.subscribe(TOPIC, writeEffects);
      await member.db.query(SLOW_COMMIT);
      let both: Promise<unknown> = Promise.resolve();
      await member.db.transaction(async (holding) => {
        await holding.query('select pg_advisory_xact_lock(1)');
        const first = advance(member, 'slow');
        await eventually(async () => (await waitForLocks(member)) === 1);
        both = Promise.all([first, advance(member, 'quick')]);
        // the quick one either overtakes and is handled, or waits for the slow one: then nothing can be skipped
        await eventually(async () => (await countEffects(member.db)) === 1 || (await waitForLocks(member)) > 1);
      });
      await both;
      await eventually(async () => (await countEffects(member.db)) >= 2);
      expect(await effectsByKey(member.db)).toEqual({ quick: [1], slow: [1] });
    });

    it('a transaction that began early and locked its key late comes after the one that locked it first', async () => {
      await member.log.subscribe(TOPIC, writeEffects);
      await member.db.transaction(async (early) => {
        await early.query('select pg_current_xact_id()');
        await advance(member, 'shared');
        const [row] = await early.query<{ seq: number }>(
          `update threads set seq = seq + 1 where key = 'shared' returning seq`,
        );
        member.log.append(early, [changed('shared', row!.seq)]);
      });
      await eventually(async () => (await countEffects(member.db)) >= 2);
      expect(await effectsByKey(member.db)).toEqual({ shared: [1, 2] });
    });

    it('a transaction that stays open holds nobody up', async () => {
      await member.log.subscribe(TOPIC, writeEffects);
      await member.db.transaction(async (open) => {
        await open.query(`insert into threads (key, seq) values ('open', 1)`);
        await advance(member, 'other');
        await eventually(async () => (await countEffects(member.db)) === 1);
      });
    });

    it('what a handler appends commits with its effects and names what caused it', async () => {
      const caused: Envelope[] = [];
      await member.log.subscribe({ group: 'inbox', topic: 'gateway.people.v1' }, async (_tx, batch) => {
        caused.push(...batch.events);
      });
      await member.log.subscribe(TOPIC, async (tx, batch) => {
        await writeEffects(tx, batch);
        const id = newId();
        const occurredAt = here.clock.now();
        member.log.append(tx, [
          { type: 'team.changed', key: id, occurredAt, payload: { id, name: 'T', memberIds: [] } },
        ]);
      });
      await advance(member, 'cause');
      await eventually(() => caused.length === 1);
      const [effect] = await member.db.query<{ event_id: string }>('select event_id from effects');
      expect(caused[0]!.causationId).toBe(effect!.event_id);
      expect(caused[0]!.correlationId).toBe(effect!.event_id);
    });

    it('takes a NUL, a typed "\\u0000" and half a surrogate pair', async () => {
      const names: string[] = [];
      await member.log.subscribe(TOPIC, async (_tx, batch) => {
        names.push(...batch.events.map((event) => (event as Envelope<'customer.changed'>).payload.displayName));
      });
      await member.db.transaction(async (tx) =>
        member.log.append(tx, [
          changed('k\u0000', 1, 'a\u0000b'),
          changed('k', 2, 'a\\u0000b'),
          changed('k', 3, '\ud83d'),
        ]),
      );
      await eventually(() => names.length === 3);
      expect(names).toEqual(['ab', 'a\\u0000b', '\ud83d']);
    });

    it('takes an event of two million characters and refuses one of thirteen, with nothing written', async () => {
      await member.log.subscribe(TOPIC, writeEffects);
      const append = (length: number) =>
        member.db.transaction(async (tx) => member.log.append(tx, [changed('big', 1, 'x'.repeat(length))]));
      await expect(append(13_000_000)).rejects.toMatchObject({ code: 'event_too_large' });
      await append(2_000_000);
      await eventually(async () => (await countEffects(member.db)) === 1, 10_000);
    });
  });
}
