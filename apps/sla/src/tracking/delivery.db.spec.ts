import { AGENT, AT, Story, Talk } from '../testing/story.js';

const iso = (time: string, day?: string) => AT(time, day).toISOString();
const TUESDAY = '2026-11-24';
const WEDNESDAY = '2026-11-25';
const MONDAY = '2026-11-23';

describe('delivery is part of the promise', () => {
  let story: Story;
  let talk: Talk;
  beforeEach(async () => {
    story = await Story.begin();
    talk = new Talk();
  });
  afterEach(() => story.end());

  const types = async () => (await story.ledger(talk.id)).map(({ type }) => type);

  it('S10 an hour after the answer it bounces: open again with the deadline it had', async () => {
    story.at('10:03', MONDAY);
    const opening = talk.writes(AT('09:00', MONDAY), 'email');
    const reply = talk.replies(AT('10:00', MONDAY), {}, 'email');
    await story.hears(opening, reply);
    await story.hearsDelivery(talk.delivery(reply, 'sent', AT('10:00', MONDAY)));
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'met', state: 'ended' });
    await story.hearsDelivery(talk.delivery(reply, 'failed', AT('10:03', MONDAY)));
    const wait = await story.wait(talk.id);
    expect(wait).toMatchObject({
      outcome: null,
      state: 'open',
      openedAt: iso('09:00', MONDAY),
      dueAt: iso('09:00', TUESDAY),
      answeredAt: null,
    });
    expect(wait.escalations.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending', 'pending']);
    expect((await story.heard(talk.id)).at(-1)).toMatchObject({
      type: 'wait.reopened',
      payload: { cause: 'delivery_failed', due: { dueAt: iso('09:00', TUESDAY) } },
    });
  });

  it('S11 it bounces only on Wednesday: breached at the Tuesday deadline, noticed on Wednesday', async () => {
    const opening = talk.writes(AT('09:00', MONDAY), 'email');
    const reply = talk.replies(AT('10:00', MONDAY), {}, 'email');
    story.at('10:00', MONDAY);
    await story.hears(opening, reply);
    await story.hearsDelivery(talk.delivery(reply, 'sent', AT('10:00', MONDAY)));
    story.at('08:00', WEDNESDAY);
    expect(await story.tick()).toBe(0);
    await story.hearsDelivery(talk.delivery(reply, 'failed', AT('08:00', WEDNESDAY)));
    await story.tick();
    expect(await story.wait(talk.id)).toMatchObject({
      ...{
        outcome: 'breached',
        state: 'open',
        breachedAt: iso('09:00', TUESDAY),
        detectedAt: iso('08:00', WEDNESDAY),
        reason: 'delivery_failed',
      },
    });
  });

  it.each([
    ['the timer noticed first', true],
    ['nobody ticked meanwhile', false],
  ])(
    'S12 accepted 20 minutes after release, %s: revoked at 15 minutes, answered at the hand-over',
    async (_, ticked) => {
      story.at('09:10');
      const opening = talk.writes(AT('09:00'));
      const reply = talk.replies(AT('09:10'));
      await story.hears(opening, reply);
      story.at('09:25:00.001');
      if (ticked) {
        await story.tick();
        expect(await story.wait(talk.id)).toMatchObject({ state: 'open' });
      }
      story.at('09:30');
      await story.hearsDelivery(talk.delivery(reply, 'sent', AT('09:30')));
      expect(await story.wait(talk.id)).toMatchObject({
        outcome: 'met',
        answeredAt: iso('09:30'),
        answeredById: AGENT,
      });
      expect(await types()).toEqual(['wait.opened', 'wait.answered', 'wait.answer_revoked', 'wait.answered']);
      const revoked = (await story.ledger(talk.id)).find(({ type }) => type === 'wait.answer_revoked');
      expect(revoked).toMatchObject({ at: AT('09:25'), cause: 'not_accepted' });
    },
  );

  it('a reply that fails before we have heard of the reply itself answers nothing', async () => {
    const opening = talk.writes(AT('09:00'));
    const reply = talk.replies(AT('09:10'));
    await story.hears(opening);
    await story.hearsDelivery(talk.delivery(reply, 'failed', AT('09:10')));
    await story.hears(reply);
    expect(await story.wait(talk.id)).toMatchObject({ state: 'open' });
    await story.hearsDelivery(talk.delivery(reply, 'sent', AT('09:20')));
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'met', answeredAt: iso('09:20') });
  });

  it('a retry that is delivered after all answers at its hand-over, once, also when told twice', async () => {
    story.at('12:00');
    const opening = talk.writes(AT('09:00'));
    const reply = talk.replies(AT('09:10'));
    await story.hears(opening, reply);
    const failed = talk.delivery(reply, 'failed', AT('09:11'));
    const sent = talk.delivery(reply, 'delivered', AT('11:30'));
    await story.hearsDelivery(failed, sent, failed, sent);
    expect(await story.wait(talk.id)).toMatchObject({
      outcome: 'breached',
      breachedAt: iso('11:00'),
      answeredAt: iso('11:30'),
    });
    expect((await types()).filter((type) => type === 'wait.breached')).toHaveLength(1);
  });

  it('a second reply that stands keeps the customer answered when the first one fails', async () => {
    story.at('09:30');
    const opening = talk.writes(AT('09:00'));
    const first = talk.replies(AT('09:10'));
    const second = talk.replies(AT('09:20'));
    await story.hears(opening, first, second);
    await story.hearsDelivery(talk.delivery(second, 'sent', AT('09:21')), talk.delivery(first, 'failed', AT('09:22')));
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'met', answeredAt: iso('09:20') });
  });

  it('the customer wrote again before the bounce: the older wait takes the newer one in', async () => {
    story.at('09:40');
    const opening = talk.writes(AT('09:00'));
    const reply = talk.replies(AT('09:10'));
    await story.hears(opening, reply);
    await story.hears(talk.writes(AT('09:30')));
    await story.hearsDelivery(talk.delivery(reply, 'failed', AT('09:40')));
    const [older, newer] = await story.waits(talk.id);
    expect(older).toMatchObject({ state: 'open', openedAt: iso('09:00'), dueAt: iso('11:00') });
    expect(newer).toMatchObject({ state: 'ended', outcome: 'cancelled', reason: 'absorbed' });
    expect((await story.heard(talk.id)).at(-1)).toMatchObject({ payload: { due: { waitId: older!.id } } });
    await story.hearsDelivery(talk.delivery(reply, 'sent', AT('09:40'))); // it says nothing about the newer question
    expect((await story.waits(talk.id))[0]).toMatchObject({ state: 'open' });
    await story.hears(talk.replies(AT('09:40')));
    expect((await story.waits(talk.id))[0]).toMatchObject({ outcome: 'met', answeredAt: iso('09:40') });
  });

  it('"sending" and "unknown" neither answer nor revoke', async () => {
    story.at('09:12');
    const opening = talk.writes(AT('09:00'));
    const reply = talk.replies(AT('09:10'));
    await story.hears(opening, reply);
    await story.hearsDelivery(
      talk.delivery(reply, 'sending', AT('09:11')),
      talk.delivery(reply, 'unknown', AT('09:12')),
    );
    expect(await story.wait(talk.id)).toMatchObject({ outcome: 'met', answeredAt: iso('09:10') });
  });
});
