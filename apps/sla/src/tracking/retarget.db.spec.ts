import type { PolicyView } from '#contracts';
import { newId } from '#kernel';
import { PoliciesService } from '../policies/policies.service.js';
import { readPolicyDraft } from '../policies/policy-draft.rules.js';
import { AGENT, AT, Story, Talk } from '../testing/story.js';

const iso = (time: string, day?: string) => AT(time, day).toISOString();
const MANAGER = { personId: AGENT, role: 'manager' as const, teamIds: [], scopes: [], via: 'token' as const };

describe('facts change while a customer waits', () => {
  let story: Story;
  let talk: Talk;
  let policies: PoliciesService;
  beforeEach(async () => {
    story = await Story.begin();
    talk = new Talk();
    policies = new PoliciesService(story.context);
  });
  afterEach(() => story.end());

  const promise = (scope: PolicyView['scope'], target: string, over = {}): Promise<PolicyView> =>
    policies.create(
      readPolicyDraft({ name: target, rank: 1, scope, targets: [{ kind: 'first_response', target }], ...over }),
      MANAGER,
    );

  it('S21 an urgent promise of an hour, set three hours in: due 15 minutes after the change, never in the past', async () => {
    await promise({ priorities: ['urgent'] }, 'PT1H', {
      warnAt: [0.4],
      chain: [{ at: { overdue: 'PT0S' }, to: 'slack' }],
    });
    await story.hears(talk.writes(AT('09:00'), 'email'));
    story.at('12:00');
    await story.hears(talk.priority(AT('12:00'), 'urgent'));
    const wait = await story.wait(talk.id);
    expect(wait).toMatchObject({ dueAt: iso('12:15'), openedAt: iso('09:00'), targetSeconds: 3600 });
    expect(
      wait.escalations.filter(({ state }) => state === 'pending').map(({ level, dueAt, to }) => [level, dueAt, to]),
    ).toEqual([[1, iso('12:15'), 'slack']]);
    expect((await story.heard(talk.id)).at(-1)).toMatchObject({
      type: 'wait.retargeted',
      payload: { from: iso('09:00', '2026-11-21'), cause: 'priority_changed' },
    });
    story.at('12:06:00.001');
    await story.tick();
    expect(await story.wait(talk.id)).toMatchObject({ warnedAt: iso('12:06:00.001') });
  });

  it('set at once, the hour counts from the message', async () => {
    await promise({ priorities: ['urgent'] }, 'PT1H');
    await story.hears(talk.writes(AT('09:00'), 'email'), talk.priority(AT('09:00'), 'urgent'));
    expect(await story.wait(talk.id)).toMatchObject({ dueAt: iso('10:00') });
  });

  it('loosening changes nothing: low priority after an urgent promise keeps the urgent deadline', async () => {
    await promise({ priorities: ['urgent'] }, 'PT1H');
    talk.facts = { ...talk.facts, priority: 'urgent' };
    await story.hears(talk.writes(AT('09:00'), 'email'));
    await story.hears(talk.priority(AT('09:05'), 'low'));
    expect(await story.wait(talk.id)).toMatchObject({ dueAt: iso('10:00'), targetSeconds: 3600 });
  });

  it('a policy made after the message does not reach its wait, not even when a fact changes', async () => {
    await story.hears(talk.writes(AT('09:00'), 'email'));
    await promise({ priorities: ['urgent'] }, 'PT1H');
    await story.hears(talk.priority(AT('09:05'), 'urgent'));
    expect(await story.wait(talk.id)).toMatchObject({ dueAt: iso('09:00', '2026-11-21') });
  });

  it('moving to a team tightens, moving on neither resets nor loosens, and fired levels stay fired', async () => {
    const team = newId();
    await promise({ teamIds: [team] }, 'PT3H');
    await story.hears(talk.writes(AT('09:00'), 'messenger'));
    story.at('12:12:00.001'); // the 80 % level of four hours
    await story.tick();
    await story.hears(talk.assigned(AT('12:12'), null, team));
    const wait = await story.wait(talk.id);
    expect(wait.dueAt).toBe(iso('12:27'));
    expect(wait.escalations[0]).toMatchObject({ state: 'fired', dueAt: iso('12:12') });
    expect(wait.escalations[1]).toMatchObject({ state: 'pending', dueAt: iso('12:27') });
    await story.hears(talk.assigned(AT('12:12'), AGENT, newId()));
    expect((await story.wait(talk.id)).dueAt).toBe(iso('12:27'));
  });

  it('two workers at once fire each timer once', async () => {
    const talks = Array.from({ length: 40 }, () => new Talk());
    await story.hears(...talks.map((one) => one.writes(AT('09:00'))));
    story.at('11:00:00.001');
    const other = story.secondProcess().worker;
    await Promise.all([story.tick(), other.tick(), story.tick(), other.tick()]);
    const rows = await story.context.db.query<{ type: string; n: number }>(
      `select type, count(*)::int as n from ledger where type <> 'wait.opened' group by type order by type`,
    );
    expect(rows).toEqual([
      { type: 'escalation.fired', n: 80 },
      { type: 'wait.breached', n: 40 },
    ]);
  });

  it('S37 five hundred and one promises break during an outage: all recorded, in due order', async () => {
    const talks = Array.from({ length: 501 }, () => new Talk());
    const second = (i: number) =>
      AT(`09:${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`);
    await story.hears(...talks.map((one, i) => one.writes(second(500 - i))));
    story.at('09:00', '2026-11-23');
    expect(await story.tick()).toBe(501);
    const fired = await story.context.db.query<{ due: string }>(
      `select (envelope::jsonb)->'payload'->>'escalationDueAt' as due from log.events
       where type = 'escalation.fired' order by position`,
    );
    expect(fired).toHaveLength(4 * 501);
    const firstBatch = fired.slice(0, 4 * 500).map(({ due }) => due);
    expect(firstBatch).toEqual(firstBatch.toSorted());
  });
});
