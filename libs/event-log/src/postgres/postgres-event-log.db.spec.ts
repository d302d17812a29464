import { FakeClock, newId } from '#kernel';
import { eventually, testInstallation, type TestInstallation } from '#testing';
import type { Batch } from '../event-log.js';

describe('the Postgres log', () => {
  let installation: TestInstallation;
  beforeEach(async () => (installation = await testInstallation(new FakeClock())));
  afterEach(() => installation.close());

  it('hands an appended event to a group once the transaction has committed', async () => {
    const { db, log } = await installation.open('inbox', []);
    const seen: string[] = [];
    await log.subscribe({ group: 'inbox', topic: 'gateway.people.v1' }, async (_tx, batch: Batch) => {
      seen.push(...batch.events.map((event) => event.key));
    });
    const id = newId();
    await db.transaction(async (tx) =>
      log.append(tx, [
        { type: 'team.changed', key: id, occurredAt: new Date(0), payload: { id, name: 'A', memberIds: [] } },
      ]),
    );
    await eventually(() => seen.length === 1);
    expect(seen).toEqual([id]);
  });
});
