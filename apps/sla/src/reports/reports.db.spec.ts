import type { SlaReportView } from '#contracts';
import { newId } from '#kernel';
import { AGENT, AT, Story, Talk } from '../testing/story.js';
import { ReportsService } from './reports.service.js';

const MANAGER = { personId: AGENT, role: 'manager' as const, teamIds: [], scopes: [], via: 'token' as const };
const plus = (minutes: number) => new Date(AT('09:00').getTime() + minutes * 60_000);
const DAY = { from: AT('00:00').toISOString(), to: AT('00:00', '2026-11-22').toISOString() };

describe('the SLA report equals what a hand would count', () => {
  let story: Story;
  let reports: ReportsService;
  beforeEach(async () => {
    story = await Story.begin();
    reports = new ReportsService(story.context);
  });
  afterEach(() => story.end());
  const report = (query: Record<string, string> = {}): Promise<SlaReportView> =>
    reports.sla(MANAGER, { ...DAY, ...query });

  /** A conversation answered after so many minutes; the provider takes the reply at once. */
  async function answered(
    minutes: number,
    talk = new Talk(),
    kind: 'sms' | 'email' = 'email',
    authorId = AGENT,
  ): Promise<void> {
    const opening = talk.writes(AT('09:00'), kind);
    const reply = talk.replies(plus(minutes), { authorId }, kind);
    story.clock.set(plus(minutes));
    await story.hears(opening, reply);
    await story.hearsDelivery(talk.delivery(reply, 'sent', plus(minutes)));
  }

  it('S41 8 met, 2 breached and answered, 1 breached and open, 1 cancelled, 1 open: attainment 8/11', async () => {
    for (let i = 0; i < 8; i++) await answered(30);
    for (let i = 0; i < 2; i++) await answered(150, new Talk(), 'sms');
    const [broken, spam, waiting] = [new Talk(), new Talk(), new Talk()];
    await story.hears(
      broken.writes(AT('09:00')),
      spam.writes(AT('11:00')),
      spam.status(AT('11:30'), 'open', 'resolved', 'spam'),
    );
    await story.hears(waiting.writes(AT('11:30')));
    await story.tick();
    const { totals } = await report();
    expect(totals).toMatchObject({ met: 8, breached: 3, cancelled: 1, open: 1 });
    expect(totals.attainment).toBeCloseTo(8 / 11, 10);
    expect(totals.firstResponse.n).toBe(10); // answered ones, met or late; the unanswered breach is counted beside
    const { groups } = await report({ groupBy: 'channel' });
    expect(
      groups.map(({ key, label, met, breached, open, cancelled }) => [key, label, met, breached, open, cancelled]),
    ).toEqual([
      ['email', 'Email', 8, 0, 0, 0],
      ['sms', 'SMS', 0, 3, 1, 1],
    ]);
  });

  it('S42 percentiles are nearest-rank: median 30, p90 120, p95 240 minutes', async () => {
    for (const minutes of [5, 10, 15, 20, 30, 45, 60, 90, 120, 240]) await answered(minutes);
    const { totals } = await report();
    expect(totals.firstResponse).toEqual({ n: 10, medianSeconds: 1800, p90Seconds: 7200, p95Seconds: 14_400 });
    expect(totals.nextResponse).toEqual({ n: 0, medianSeconds: null, p90Seconds: null, p95Seconds: null });
  });

  it("a breach is its owner's at the deadline, the response its author's", async () => {
    const [owner, saviour] = [newId(), newId()];
    const talk = new Talk();
    await story.hears(talk.writes(AT('09:00')), talk.assigned(AT('09:00'), owner));
    story.at('11:10');
    await story.hears(talk.replies(AT('11:10'), { authorId: saviour }));
    const { groups } = await report({ groupBy: 'agent' });
    const rows = Object.fromEntries(groups.map((row) => [row.key, [row.breached, row.met, row.firstResponse.n]]));
    expect(rows).toEqual({ [owner]: [1, 0, 0], [saviour]: [0, 0, 1] });
  });

  it('a wait counts in the period of its outcome, not of its opening', async () => {
    const talk = new Talk();
    story.at('23:59');
    await story.hears(talk.writes(AT('23:00')));
    story.at('02:00', '2026-11-21');
    await story.tick();
    const on = async (from: string, to: string) => (await reports.sla(MANAGER, { from, to })).totals.breached;
    expect(await on('2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z')).toBe(0);
    expect(await on('2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z')).toBe(1);
  });

  it("hours and weekdays are those of the reader's zone; a wait with two tags counts for both", async () => {
    const talk = new Talk();
    talk.facts = { ...talk.facts, tags: ['refund', 'vip'] };
    await answered(5, talk);
    const keys = async (groupBy: string, tz: string) =>
      (await report({ groupBy, tz })).groups.map(({ key, label }) => `${key} ${label}`);
    expect(await keys('hour', 'UTC')).toEqual(['09 09:00']);
    expect(await keys('hour', 'Asia/Tehran')).toEqual(['12 12:00']); // 12:30 there
    expect(await keys('weekday', 'UTC')).toEqual(['5 Friday']);
    expect(await keys('tag', 'UTC')).toEqual(['refund refund', 'vip vip']);
    expect((await report({ groupBy: 'tag' })).totals.met).toBe(1);
  });

  it('nobody waited: zeros and no rate', async () => {
    expect((await report({ groupBy: 'team' })).groups).toEqual([]);
    expect((await report()).totals).toMatchObject({ met: 0, breached: 0, attainment: null });
  });
});
