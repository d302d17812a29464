import type { EscalationFired } from '#contracts';
import { FakeClock, newId } from '#kernel';
import { eventually, slackWords } from '#testing';
import { answerTo, escalation, type NotifierUnderTest, notifierUnderTest, personOf } from '../testing/notifier-app.js';
import { NoticeWorker } from './notice.worker.js';
import { SlackWorker } from './slack.worker.js';

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-test', SLACK_CHANNEL: '#breaches' };

describe('a broken promise in Slack', () => {
  let notifier: NotifierUnderTest;
  beforeEach(async () => (notifier = await notifierUnderTest(SLACK, new FakeClock(new Date()))));
  afterEach(() => notifier.close());

  const fire = (...fired: EscalationFired[]) =>
    notifier.sayAll(fired.map((payload) => ({ type: 'escalation.fired', key: payload.conversationId, payload })));
  const posted = (n: number, timeoutMs?: number) =>
    eventually(() => notifier.slack.posts().length >= n && notifier.slack.posts(), timeoutMs);
  const later = (ms: number) => {
    (notifier.clock as FakeClock).advance(ms);
    notifier.app.app.get(SlackWorker).wake();
    notifier.app.app.get(NoticeWorker).wake();
  };
  /** Time goes on only while no call is under way: in a rush of fake minutes a call would outlive its lease. */
  const laterWhenIdle = async (ms: number) => {
    const held = await notifier.context.db.query('select 1 from slack_messages where worker is not null');
    if (held.length === 0) later(ms);
  };
  const states = async () =>
    (await notifier.context.db.query<{ state: string }>('select state from slack_messages order by id')).map(
      (r) => r.state,
    );
  const settled = (...expected: string[]) => eventually(async () => String(await states()) === String(expected));

  it('is heard within the second, once, with customer, channel, promise, owner and link', async () => {
    const fired = escalation(notifier.clock, { customerName: 'Zoë <!channel> & Co' });
    const before = performance.now();
    await fire(fired);
    const [post] = await posted(1);
    expect(performance.now() - before).toBeLessThan(1_000);
    const words = slackWords(post!);
    expect(words).toContain('Zoë &lt;!channel&gt; &amp; Co');
    expect(words).not.toContain('<!channel>');
    expect(words).toContain(`http://kairos.shop.test/inbox/${fired.conversationId}`);
    expect(words).toContain('SMS');
    expect(words).toContain('first answer within 2 h');
    expect(words).toContain('nobody yet');
    expect(post!.args['metadata']).toMatchObject({ event_type: 'sla_breach' });
    await fire(fired); // the same level again
    await settled('sent');
    expect(notifier.slack.posts()).toHaveLength(1);
  });

  it('is updated in place when somebody answers, once', async () => {
    const owner = personOf('agent', { name: 'Ben Okri' });
    await notifier.say('person.changed', owner.id, owner);
    const fired = escalation(notifier.clock, { assigneeId: owner.id });
    await fire(fired);
    const [post] = await posted(1);
    await settled('sent');
    (notifier.clock as FakeClock).advance(180_000);
    await notifier.say('wait.answered', fired.conversationId, answerTo(fired, notifier.clock, owner.id));
    const [update] = await eventually(() => notifier.slack.updates().length > 0 && notifier.slack.updates());
    expect(update!.args['ts']).toBe((post!.answer as { ts: string }).ts);
    expect(slackWords(update!)).toContain('was answered by Ben Okri after 2 h 3 min, 3 min late');
    await eventually(
      async () => (await notifier.context.db.query('select 1 from slack_messages where shown_version = 2')).length,
    );
    expect(notifier.slack.updates()).toHaveLength(1);
    expect(notifier.slack.posts()).toHaveLength(1);
  });

  it('answered before it could be posted: nothing is posted', async () => {
    notifier.slack.errors['chat.postMessage'] = 'not_in_channel';
    const fired = escalation(notifier.clock);
    await fire(fired);
    await eventually(() => notifier.slack.of('chat.postMessage').length === 1);
    await settled('queued');
    await notifier.say('wait.answered', fired.conversationId, answerTo(fired, notifier.clock));
    await settled('skipped');
    delete notifier.slack.errors['chat.postMessage'];
    later(600_000);
    expect(notifier.slack.posts()).toHaveLength(0);
  });

  it('the answer that had made the message needless did not arrive: it is posted after all', async () => {
    notifier.slack.errors['chat.postMessage'] = 'not_in_channel';
    const fired = escalation(notifier.clock);
    await fire(fired);
    await settled('queued');
    await notifier.say('wait.answered', fired.conversationId, answerTo(fired, notifier.clock));
    await settled('skipped');
    delete notifier.slack.errors['chat.postMessage'];
    await notifier.say('wait.reopened', fired.conversationId, { ...fired, cause: 'delivery_failed' });
    await settled('sent');
    expect(slackWords(notifier.slack.posts()[0]!)).toContain('has waited too long');
  });

  it('a warning and the breach after it are two messages; both are mended by the answer', async () => {
    const dueAt = new Date(notifier.clock.now().getTime() + 60_000).toISOString();
    const warned = escalation(notifier.clock, { breached: false, dueAt });
    await fire(warned);
    await settled('sent');
    (notifier.clock as FakeClock).advance(60_000);
    await fire({ ...warned, escalationId: newId(), level: 3, breached: true, escalationDueAt: dueAt });
    await posted(2);
    await settled('sent', 'sent');
    await notifier.say('wait.answered', warned.conversationId, answerTo(warned, notifier.clock));
    await eventually(() => notifier.slack.updates().length === 2);
    expect(slackWords(notifier.slack.posts()[0]!)).toContain('will soon have waited too long');
  });

  it.each([
    ['took it and the line was cut', { cutAfter: true }],
    ['took it and answered after our patience', { delayMs: 5_600 }],
  ])('Slack %s: found by our metadata, not posted again', async (_words, fault) => {
    notifier.slack.failNext(fault);
    await fire(escalation(notifier.clock));
    await eventually(async () => String(await states()) === 'queued' && notifier.slack.calls.length > 0, 8_000);
    later(2_000);
    await settled('sent');
    expect(notifier.slack.kept).toHaveLength(1);
    expect(notifier.slack.of('chat.postMessage')).toHaveLength(1);
    expect(notifier.slack.of('conversations.history')).toHaveLength(1);
  });

  it.each([
    ['cut the line before anything', { cutBefore: true }, 2_000],
    ['answered 500', { status: 500 }, 2_000],
    ['asked to wait', { status: 429, headers: { 'retry-after': '7' } }, 8_000],
    ['asked to wait for years', { status: 429, headers: { 'retry-after': '99999999' } }, 901_000],
    ['said yes and named no message', { status: 200, body: { ok: true } }, 2_000],
    ['refused with a NUL in its words', { status: 200, body: { ok: false, error: 'internal_\u0000error' } }, 2_000],
  ])('Slack %s: looked for where in doubt, then posted once', async (_words, fault, waitMs) => {
    notifier.slack.failNext(fault);
    await fire(escalation(notifier.clock));
    await eventually(() => notifier.slack.calls.length === 1);
    await settled('queued');
    later(waitMs);
    await posted(1);
    await settled('sent');
    expect(notifier.slack.kept).toHaveLength(1);
  });

  it('killed between sending and sent: the next start finds it and posts no second one', async () => {
    await fire(escalation(notifier.clock));
    await posted(1);
    await settled('sent');
    // as the row looks when the process died right after Slack had taken it
    await notifier.context.db.query(
      `update slack_messages set state = 'sending', ts = null, shown_version = 0, worker = 'elsewhere/1/dead',
         lease_until = $1::timestamptz`,
      [new Date(notifier.clock.now().getTime() + 30_000)],
    );
    later(31_000);
    await settled('sent');
    expect(notifier.slack.kept).toHaveLength(1);
    expect(notifier.slack.of('conversations.history')).toHaveLength(1);
  });

  it('three hundred at once: at most ten messages and a few digests, every customer named, updated when answered', async () => {
    const fired = Array.from({ length: 300 }, (_, i) =>
      escalation(notifier.clock, { customerName: `Customer №${i}!` }),
    );
    await fire(...fired.slice(0, 8));
    await posted(8);
    for (let i = 8; i < 300; i += 40) await fire(...fired.slice(i, i + 40));
    await eventually(async () => {
      await laterWhenIdle(3_100);
      return fired.every((one) =>
        notifier.slack.kept.some((kept) => JSON.stringify(kept).includes(`|${one.customerName}>`)),
      );
    }, 30_000);
    expect(notifier.slack.posts().length).toBeLessThanOrEqual(15);
    for (const kept of notifier.slack.kept) {
      const blocks = kept.blocks as { text?: { text: string } }[];
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const block of blocks) expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3_000);
    }
    const last = fired[299]!;
    expect(notifier.slack.kept.filter((kept) => JSON.stringify(kept).includes(`|${last.customerName}>`))).toHaveLength(
      1,
    );
    await notifier.say('wait.answered', last.conversationId, answerTo(last, notifier.clock));
    await eventually(async () => {
      await laterWhenIdle(3_100);
      return notifier.slack.kept.some((kept) => JSON.stringify(kept).includes('1 answered or closed since'));
    });
  });

  it('seven broke while we were down: one message that says so', async () => {
    const long = new Date(notifier.clock.now().getTime() - 600_000).toISOString();
    await fire(
      ...Array.from({ length: 7 }, (_, i) => escalation(notifier.clock, { customerName: `Late ${i}`, dueAt: long })),
    );
    const [post] = await posted(1);
    await settled('sent');
    expect(notifier.slack.posts()).toHaveLength(1);
    expect(slackWords(post!)).toContain('7 promises broke while we were down');
    for (let i = 0; i < 7; i++) expect(slackWords(post!)).toContain(`|Late ${i}>`);
  });

  it('a later level of the same breach is drawn into the message that is there', async () => {
    const fired = escalation(notifier.clock);
    await fire(fired);
    await posted(1);
    await settled('sent');
    await fire({ ...fired, escalationId: newId(), level: 3 });
    await eventually(() => notifier.slack.updates().length === 1);
    expect(notifier.slack.posts()).toHaveLength(1);
  });

  it('Slack is down for a minute: a manager gets a mail in his language, and Slack its message once it is back', async () => {
    const manager = personOf('manager', { email: 'boss@shop.test', language: 'hu' });
    await notifier.say('person.changed', manager.id, manager);
    notifier.slack.fault = () => ({ cutBefore: true });
    const fired = escalation(notifier.clock, { customerName: 'Kovács Éva' });
    await fire(fired);
    await eventually(() => notifier.slack.calls.length === 1);
    await settled('queued');
    later(61_000);
    await eventually(() => notifier.mail.mails.length === 1);
    expect(notifier.mail.mails[0]!.to).toEqual(['boss@shop.test']);
    expect(notifier.mail.mails[0]!.raw).toContain('Auto-Submitted: auto-generated');
    notifier.slack.fault = null;
    await eventually(async () => {
      await laterWhenIdle(10_000);
      return (await states())[0] === 'sent';
    });
    expect(notifier.slack.kept).toHaveLength(1);
    expect(notifier.mail.mails).toHaveLength(1);
  });
});
