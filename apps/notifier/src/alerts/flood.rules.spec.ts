import { DIGEST_FULL, planMessages, type Waiting } from './flood.rules.js';

const now = new Date('2026-11-20T09:00:00Z');
const waiting = (n: number, firedLateMs = 0): Waiting[] =>
  Array.from({ length: n }, (_, i) => ({ alertId: `a${i}`, firedLateMs }));
const plan = (alerts: Waiting[], recent = 0, open: Parameters<typeof planMessages>[1]['open'] = null) => {
  let made = 0;
  return planMessages(alerts, { recent, open }, now, () => `d${made++}`);
};
const filling = (items: number, ageMs = 1_000) => ({
  id: 'open',
  items,
  lastAddedAt: new Date(now.getTime() - ageMs),
});

describe('one message each, or a digest', () => {
  it('up to ten a minute are told one by one', () => {
    expect(plan(waiting(10))).toEqual({ singles: waiting(10).map((a) => a.alertId), digests: [] });
    expect(plan(waiting(1), 9).singles).toHaveLength(1);
  });

  it('from the eleventh on they are collected', () => {
    expect(plan(waiting(1), 10)).toMatchObject({
      singles: [],
      digests: [{ id: 'd0', opened: true, alertIds: ['a0'] }],
    });
  });

  it('the digest that is filling takes more, until it is full', () => {
    const { digests } = plan(waiting(10), 20, filling(DIGEST_FULL - 4));
    expect(digests.map((d) => [d.id, d.opened, d.alertIds.length])).toEqual([
      ['open', false, 4],
      ['d0', true, 6],
    ]);
  });

  it('a digest of an earlier minute is left alone', () => {
    expect(plan(waiting(11), 0, filling(3, 61_000)).digests[0]).toMatchObject({ id: 'd0', opened: true });
  });

  it('nobody is left out and nobody is in twice', () => {
    const { singles, digests } = plan(waiting(500), 3, filling(10));
    const all = [...singles, ...digests.flatMap((digest) => digest.alertIds)];
    expect(new Set(all).size).toBe(500);
    expect(all).toHaveLength(500);
    for (const digest of digests) expect(digest.alertIds.length).toBeLessThanOrEqual(DIGEST_FULL);
  });

  it('after a downtime two late ones are one message; a single late one is told by itself', () => {
    expect(plan(waiting(2, 60_000))).toMatchObject({ singles: [], digests: [{ afterDowntime: true }] });
    expect(plan(waiting(1, 60_000)).singles).toHaveLength(1);
  });

  it('those that are on time stay apart from those that waited for us', () => {
    const { singles, digests } = plan([{ alertId: 'fresh', firedLateMs: 10 }, ...waiting(3, 60_000)]);
    expect(singles).toEqual(['fresh']);
    expect(digests[0]!.alertIds).toHaveLength(3);
  });
});
