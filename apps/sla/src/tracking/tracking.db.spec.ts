import type { Envelope } from '#contracts';
import { newId } from '#kernel';
import { AGENT, AT, Story, Talk } from '../testing/story.js';

const TEAM_A = newId();
const TEAM_B = newId();
const iso = (time: string, day?: string) => AT(time, day).toISOString();

describe('a customer waits', () => {
  let story: Story;
  let talk: Talk;
  beforeEach(async () => {
    story = await Story.begin();
    talk = new Talk();
  });
  afterEach(() => story.end());

  it('S01 an SMS at 09:00 is warned at 10:00 and 10:36, due at 11:00, its levels 10:36, 11:00, 11:30, 13:00', async () => {
    await story.hears(talk.writes(AT('09:00')));
    const wait = await story.wait(talk.id);
    expect(wait).toMatchObject({
      kind: 'first_response',
      state: 'open',
      outcome: null,
      dueAt: iso('11:00'),
      targetSeconds: 7200,
    });
    expect(wait.escalations.map(({ dueAt }) => dueAt)).toEqual([
      iso('10:36'),
      iso('11:00'),
      iso('11:30'),
      iso('13:00'),
    ]);
    const fired: string[] = [];
    for (const time of ['10:00:00.001', '10:36:00.001', '11:00:00.001', '11:30:00.001', '13:00:00.001']) {
      story.at(time);
      await story.tick();
      const events = await story.heard(talk.id);
      fired.push(
        events
          .map(({ type }) => type)
          .slice(fired.flatMap((line) => line.split(' ')).length)
          .join(' '),
      );
    }
    expect(fired).toEqual([
      'wait.opened wait.warned',
      'wait.warned escalation.fired',
      'wait.breached escalation.fired',
      'escalation.fired',
      'escalation.fired',
    ]);
  });

  it('writing again while the promise stands is written down and told to nobody; an earlier deadline is told', async () => {
    await story.hears(talk.writes(AT('08:00'), 'email'), talk.writes(AT('08:30'), 'email'));
    await story.hears(talk.writes(AT('09:00')), talk.writes(AT('09:00')));
    expect((await story.ledger(talk.id)).map(({ type }) => type)).toEqual([
      'wait.opened',
      'wait.extended',
      'wait.extended',
      'wait.extended',
    ]);
    const heard = (await story.heard(talk.id)) as Envelope<'wait.extended'>[];
    expect(heard.map(({ type, payload }) => [type, payload.dueAt])).toEqual([
      ['wait.opened', iso('08:00', '2026-11-21')],
      ['wait.extended', iso('11:00')],
    ]);
  });

  it('two processes take turns on one conversation, and neither goes by what the other has changed', async () => {
    const other = story.secondProcess();
    const otherHears = (event: Envelope) =>
      story.context.db.transaction((tx) => other.tracking.handleConversations(tx, [event]));
    await story.hears(talk.writes(AT('08:00'), 'email'));
    await story.hears(talk.writes(AT('08:10'), 'email'));
    await otherHears(talk.writes(AT('09:00')));
    await story.hears(talk.writes(AT('09:01')));
    expect(await story.wait(talk.id)).toMatchObject({ dueAt: iso('11:00') });
    await otherHears(talk.replies(AT('09:30')));
    await story.hears(talk.writes(AT('09:40')));
    expect((await story.waits(talk.id)).map(({ kind, state, dueAt }) => [kind, state, dueAt])).toEqual([
      ['first_response', 'ended', iso('11:00')],
      ['next_response', 'open', iso('11:40')],
    ]);
  });

  it('S02 a reply at the deadline itself is in time', async () => {
    await story.hears(talk.writes(AT('09:00')));
    story.at('11:00');
    await story.tick();
    await story.hears(talk.replies(AT('11:00')));
    expect(await story.wait(talk.id)).toMatchObject({
      outcome: 'met',
      state: 'ended',
      metAt: iso('11:00'),
      breachedAt: null,
      answeredById: AGENT,
    });
  });

  it.each(['11:00:00.001', '11:00:01'])(
    'S03 a reply at %s is late, and the wait ends breached and answered',
    async (time) => {
      await story.hears(talk.writes(AT('09:00')));
      story.at(time);
      await story.hears(talk.replies(AT(time)));
      expect(await story.wait(talk.id)).toMatchObject({
        ...{ outcome: 'breached', state: 'ended', breachedAt: iso('11:00'), answeredAt: iso(time), metAt: null },
      });
      expect((await story.heard(talk.id)).map(({ type }) => type)).toEqual([
        'wait.opened',
        'wait.breached',
        'wait.answered',
      ]);
    },
  );

  it('S04 the service was down over the deadline: breach at 11:00, noticed 11:10, no level fires for an answered wait', async () => {
    await story.hears(talk.writes(AT('09:00')));
    story.at('11:10');
    await story.hears(talk.replies(AT('11:00:01')));
    await story.tick();
    const wait = await story.wait(talk.id);
    expect(wait).toMatchObject({
      outcome: 'breached',
      breachedAt: iso('11:00'),
      detectedAt: iso('11:10'),
      answeredAt: iso('11:00:01'),
    });
    expect(wait.escalations.map(({ state }) => state)).toEqual(['skipped', 'skipped', 'skipped', 'skipped']);
    const [{ causes }] = (await story.context.db.query<{ causes: string[] }>('select causes from waits')) as [
      { causes: string[] },
    ];
    expect(causes).toEqual(expect.arrayContaining(['reply_late', 'service_down']));
  });

  it('S09 and S13 an auto-reply, a note and a notice neither open nor stop anything', async () => {
    await story.hears(talk.writes(AT('09:00'), 'sms', { automatic: true }));
    expect(await story.waits(talk.id)).toEqual([]);
    await story.hears(talk.writes(AT('09:01')), talk.notes(AT('09:02')), talk.replies(AT('09:03'), { human: false }));
    await story.hears(talk.writes(AT('09:04'), 'sms', { automatic: true }));
    story.at('11:01:00.001');
    await story.tick();
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'breached', state: 'open', breachedAt: iso('11:01') });
  });

  it('S14 closing thanks open nothing', async () => {
    await story.hears(talk.writes(AT('09:00'), 'sms', { courtesy: true }));
    expect(await story.waits(talk.id)).toEqual([]);
  });

  it('S15 an agent says three hours later that they were none: the wait runs since they came, and is broken at its deadline', async () => {
    const thanks = talk.writes(AT('09:00'), 'sms', { courtesy: true });
    await story.hears(thanks);
    story.at('12:00');
    await story.hears(talk.corrects(AT('12:00'), thanks));
    expect(await story.wait(talk.id)).toMatchObject({ openedAt: iso('09:00'), dueAt: iso('11:00'), state: 'open' });
    await story.tick();
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'breached', breachedAt: iso('11:00') });
    await story.hears(talk.replies(AT('12:05')));
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'breached', state: 'ended', answeredAt: iso('12:05') });
  });

  it('a message that was taken for automatic and answered all the same has waited until it was', async () => {
    const wrong = talk.writes(AT('09:00'), 'sms', { automatic: true });
    const reply = talk.replies(AT('09:30'));
    await story.hears(wrong, reply);
    expect(await story.waits(talk.id)).toEqual([]);
    story.at('10:00');
    const answer = { messageId: reply.payload.messageId, authorId: reply.payload.authorId, at: reply.payload.at };
    const late = talk.corrects(AT('10:00'), wrong, { from: 'automatic', answer });
    await story.hears(late, late);
    expect(await story.waits(talk.id)).toHaveLength(1);
    expect(await story.wait(talk.id)).toMatchObject({
      outcome: 'met',
      openedAt: iso('09:00'),
      answeredAt: iso('09:30'),
    });
  });

  it('corrected while another wait runs, it brings that one forward', async () => {
    const wrong = talk.writes(AT('09:00'), 'sms', { automatic: true });
    story.at('10:00');
    await story.hears(wrong, talk.writes(AT('10:00')), talk.corrects(AT('10:00'), wrong, { from: 'automatic' }));
    expect(await story.waits(talk.id)).toHaveLength(1);
    expect(await story.wait(talk.id)).toMatchObject({ openedAt: iso('09:00'), dueAt: iso('11:00') });
  });

  it('S39 spam at 10:00, not spam at 12:00: the same wait runs on, and broke at 11:00', async () => {
    const text = talk.writes(AT('09:00'));
    await story.hears(text, talk.status(AT('10:00'), 'open', 'resolved', 'spam'));
    const { id } = await story.wait(talk.id);
    story.at('12:00');
    await story.hears(talk.status(AT('12:00'), 'resolved', 'open'), talk.corrects(AT('12:00'), text, { from: 'spam' }));
    await story.tick();
    const wait = await story.wait(talk.id);
    expect(wait).toMatchObject({ id, state: 'open', outcome: 'breached', openedAt: iso('09:00') });
    expect(wait).toMatchObject({ breachedAt: iso('11:00'), dueAt: iso('11:00') });
    expect(wait.escalations.filter(({ state }) => state === 'fired').length).toBeGreaterThan(0);
    expect((await story.heard(talk.id)).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['wait.cancelled', 'wait.reopened', 'wait.breached']),
    );
  });

  it('a promise that was broken before it was called spam stays one breach when that is taken back', async () => {
    const text = talk.writes(AT('09:00'));
    await story.hears(text);
    story.at('11:30');
    await story.tick();
    const fired = (await story.wait(talk.id)).escalations.filter(({ state }) => state === 'fired').length;
    const spam = talk.status(AT('11:30'), 'open', 'resolved', 'spam');
    await story.hears(spam, talk.status(AT('11:31'), 'resolved', 'open'));
    const taken = talk.corrects(AT('11:31'), text, { from: 'spam' });
    await story.hears(taken, taken);
    await story.tick();
    expect(await story.waits(talk.id)).toHaveLength(1);
    const wait = await story.wait(talk.id);
    expect(wait).toMatchObject({ state: 'open', outcome: 'breached', breachedAt: iso('11:00') });
    expect(wait.escalations.filter(({ state }) => state === 'fired')).toHaveLength(fired);
    expect(wait.escalations.filter(({ state }) => state === 'skipped')).toEqual([]);
    expect((await story.heard(talk.id)).filter(({ type }) => type === 'wait.breached')).toHaveLength(1);
  });

  it('taken for spam twice, it asks for what both waits asked, from the first message on', async () => {
    const mail = talk.writes(AT('09:00'), 'email');
    await story.hears(mail, talk.status(AT('09:10'), 'open', 'resolved', 'spam'));
    story.at('10:00');
    await story.hears(talk.writes(AT('10:00')), talk.status(AT('10:05'), 'open', 'resolved', 'spam'));
    story.at('10:30');
    await story.hears(talk.status(AT('10:30'), 'resolved', 'open'), talk.corrects(AT('10:30'), mail, { from: 'spam' }));
    const open = (await story.waits(talk.id)).filter(({ state }) => state === 'open');
    expect(open).toMatchObject([{ openedAt: iso('09:00'), dueAt: iso('12:00') }]);
  });

  it('S16 an email at 09:00 and an SMS at 10:00: one wait since 09:00, due 12:00, counted for SMS', async () => {
    story.at('10:00');
    await story.hears(talk.writes(AT('09:00'), 'email'), talk.writes(AT('10:00'), 'sms'));
    expect(await story.wait(talk.id)).toMatchObject({
      openedAt: iso('09:00'),
      dueAt: iso('12:00'),
      channelKind: 'sms',
      targetSeconds: 7200,
    });
  });

  it('S17 a customer writes three times: one wait, one deadline, one breach', async () => {
    await story.hears(talk.writes(AT('09:00')), talk.writes(AT('09:30')), talk.writes(AT('10:00')));
    story.at('20:00');
    await story.tick();
    await story.tick();
    expect(await story.wait(talk.id)).toMatchObject({ dueAt: iso('11:00'), breachedAt: iso('11:00') });
    expect((await story.heard(talk.id)).filter(({ type }) => type === 'wait.breached')).toHaveLength(1);
  });

  it('S18 a breach in team A stays with team A although team B answers', async () => {
    const owner = newId();
    await story.hears(talk.writes(AT('09:00')), talk.assigned(AT('09:10'), owner, TEAM_A));
    story.at('11:20');
    await story.hears(talk.assigned(AT('11:05'), AGENT, TEAM_B), talk.replies(AT('11:10')));
    expect(await story.wait(talk.id)).toMatchObject({
      ...{ outcome: 'breached', assigneeIdAtDeadline: owner, teamIdAtDeadline: TEAM_A, answeredById: AGENT },
    });
  });

  it('S19 who took it a minute before the deadline owned it for 60 s', async () => {
    story.at('10:59:30');
    await story.hears(talk.writes(AT('09:00')), talk.assigned(AT('09:10'), newId()), talk.assigned(AT('10:59'), AGENT));
    story.at('11:00:00.500');
    await story.tick();
    const [row] = await story.context.db.query('select assignee_id_at_deadline, owned_for_seconds from waits');
    expect(row).toEqual({ assignee_id_at_deadline: AGENT, owned_for_seconds: 60 });
  });

  it('S28 resolved with a reason while waiting: cancelled and counted, with the actor in the ledger', async () => {
    await story.hears(talk.writes(AT('09:00')), talk.status(AT('09:30'), 'open', 'resolved', 'no_reply_needed'));
    expect(await story.wait(talk.id)).toMatchObject({
      outcome: 'cancelled',
      reason: 'no_reply_needed',
      state: 'ended',
    });
    expect((await story.heard(talk.id)).at(-1)).toMatchObject({ type: 'wait.cancelled', payload: { due: null } });
    story.at('12:00');
    expect(await story.tick()).toBe(0);
  });

  it('S29 reopened three days later: a next response, measured from the new message', async () => {
    await story.hears(
      talk.writes(AT('09:00')),
      talk.replies(AT('09:20')),
      talk.status(AT('09:30'), 'open', 'resolved'),
    );
    story.at('09:10', '2026-11-23');
    await story.hears(
      talk.writes(AT('09:00', '2026-11-23'), 'sms', { effect: 'reopened' }),
      talk.replies(AT('09:10', '2026-11-23')),
    );
    expect((await story.waits(talk.id))[1]).toMatchObject({
      kind: 'next_response',
      openedAt: iso('09:00', '2026-11-23'),
      outcome: 'met',
    });
  });

  it('S30 news of a reply in time comes after the breach: the breach is withdrawn, the alert stays on record', async () => {
    await story.hears(talk.writes(AT('09:00')));
    story.at('11:00:00.500');
    await story.tick();
    story.at('11:20');
    await story.hears(talk.replies(AT('10:58')));
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'met', metAt: iso('10:58'), breachedAt: null });
    const types = (await story.ledger(talk.id)).map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['wait.breached', 'escalation.fired', 'wait.breach_withdrawn', 'wait.answered']),
    );
  });

  it('S34 two conversations wait and become one: one reply answers both waits', async () => {
    const other = new Talk();
    await story.hears(talk.writes(AT('09:00')), other.writes(AT('09:30')));
    await story.hears(talk.mergedInto(AT('09:40'), other));
    expect((await story.heard(other.id)).at(-1)).toMatchObject({ payload: { due: { dueAt: iso('11:00') } } });
    story.at('10:00');
    await story.hears(other.replies(AT('10:00')));
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'met', conversationId: talk.id });
    expect((await story.waits(other.id)).map(({ outcome }) => outcome)).toEqual(['met', 'met']);
  });

  it('a merge taken back gives each side its own wait again, and one reply answers one of them', async () => {
    const other = new Talk();
    await story.hears(talk.writes(AT('09:00')), other.writes(AT('09:30')), talk.mergedInto(AT('09:40'), other));
    await story.hears(talk.unmergedFrom(AT('09:50'), other));
    story.at('10:00');
    await story.hears(other.replies(AT('10:00')), talk.writes(AT('10:00')));
    expect(await story.wait(other.id)).toMatchObject({ outcome: 'met' });
    expect(await story.wait(talk.id)).toMatchObject({ state: 'open', dueAt: iso('11:00') });
  });

  it('a question that is split off takes its wait along; a reply there answers it, a bounce there opens it', async () => {
    const fresh = new Talk();
    await story.hears(talk.writes(AT('09:00')), talk.replies(AT('09:05')), talk.writes(AT('09:10')));
    story.at('09:30');
    await story.hears(talk.splitInto(AT('09:20'), fresh, 3));
    fresh.writes(AT('09:10')); // number 1 there; inbox tells no second arrival
    const reply = fresh.replies(AT('09:30'));
    await story.hears(reply);
    expect(await story.wait(fresh.id)).toMatchObject({ openedAt: iso('09:10'), outcome: 'met' });
    await story.hearsDelivery(fresh.delivery(reply, 'failed', AT('09:31')), fresh.delivery(reply, 'sent', AT('09:30')));
    expect(await story.wait(fresh.id)).toMatchObject({ outcome: 'met' });
    expect(await story.waits(talk.id)).toHaveLength(1);
  });

  it('knows what the conversation is due for after every event', async () => {
    await story.hears(talk.writes(AT('09:00')));
    story.at('11:00:00.001');
    await story.tick();
    await story.hears(talk.replies(AT('11:00:00.001')));
    const dues = (await story.heard(talk.id)).map(({ type, payload }) => [
      type,
      (payload as { due: { breachedAt: string | null } | null }).due?.breachedAt,
    ]);
    expect(dues).toEqual([
      ['wait.opened', null],
      ['escalation.fired', iso('11:00')], // the 80 % level is due before the breach
      ['wait.breached', iso('11:00')],
      ['escalation.fired', iso('11:00')],
      ['wait.answered', undefined],
    ]);
  });
});
