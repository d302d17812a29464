import type { DestinationView, EscalationFired, Page } from '#contracts';
import { FakeClock } from '#kernel';
import { asIdentity, eventually, slackWords } from '#testing';
import { escalation, type NotifierUnderTest, notifierUnderTest, personOf } from '../testing/notifier-app.js';
import { NoticeWorker } from './notice.worker.js';
import { SlackWorker } from './slack.worker.js';

/** What managers see of Slack's health, and that it heals by what they do about it. */
describe('Slack that does not let us', () => {
  let notifier: NotifierUnderTest;
  beforeEach(
    async () =>
      (notifier = await notifierUnderTest(
        { SLACK_BOT_TOKEN: 'xoxb-old', SLACK_CHANNEL: '#breaches' },
        new FakeClock(new Date()),
      )),
  );
  afterEach(() => notifier.close());

  const fire = (...fired: EscalationFired[]) =>
    notifier.sayAll(fired.map((payload) => ({ type: 'escalation.fired', key: payload.conversationId, payload })));
  const call = (method: string, path: string, body?: unknown) =>
    fetch(`${notifier.app.url}/api/v1/alerts/destinations${path}`, {
      method,
      headers: { ...asIdentity(), ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const destination = async () => ((await (await call('GET', '')).json()) as Page<DestinationView>).items[0]!;
  const shows = (state: DestinationView['state'], reason: RegExp | null) =>
    eventually(async () => {
      const now = await destination();
      if (now.state !== state || (reason ? !reason.test(now.stateReason ?? '') : now.stateReason !== null))
        throw new Error(`it is ${now.state}: ${now.stateReason}`);
      return now;
    });
  const later = (ms: number) => {
    (notifier.clock as FakeClock).advance(ms);
    notifier.app.app.get(SlackWorker).wake();
    notifier.app.app.get(NoticeWorker).wake();
  };

  it.each([
    ['token_revoked', /revoked.*paste the new one/, { secrets: { botToken: 'xoxb-new' } }],
    ['channel_not_found', /no such channel.*invite the app/, { config: { channel: '#promises' } }],
    ['is_archived', /archived: choose another/, { config: { channel: '#promises' } }],
    ['missing_scope', /needs chat:write/, { secrets: { botToken: 'xoxb-new' } }],
  ])('%s is shown in words with its cure; cured, what waited is posted at once', async (said, words, cure) => {
    notifier.slack.errors['chat.postMessage'] = said;
    await fire(escalation(notifier.clock));
    const { id } = await shows('failing', words);
    expect(notifier.slack.posts()).toHaveLength(0);
    delete notifier.slack.errors['chat.postMessage'];
    expect((await call('PATCH', `/${id}`, cure)).status).toBe(200);
    const [post] = await eventually(() => notifier.slack.posts().length > 0 && notifier.slack.posts());
    if ('secrets' in cure) expect(post!.headers.authorization).toBe('Bearer xoxb-new');
    else expect(post!.args['channel']).toBe('#promises');
    await shows('live', null);
    expect(notifier.slack.kept).toHaveLength(1);
  });

  it('a message that nobody has to cure is told too, and forgotten with the next that gets through', async () => {
    notifier.slack.fault = () => ({ status: 503 });
    await fire(escalation(notifier.clock));
    await shows('failing', /Slack answered 503/);
    notifier.slack.fault = null;
    later(2_000);
    await shows('live', null);
  });

  it('asked to wait, it waits with everything for that destination, and then posts each once', async () => {
    const until = notifier.clock.now().getTime() + 30_000;
    const early = () => notifier.clock.now().getTime() < until;
    notifier.slack.fault = () => (early() ? { status: 429, headers: { 'retry-after': '30' } } : undefined);
    await fire(escalation(notifier.clock, { customerName: 'First' }));
    await eventually(
      async () => (await notifier.context.db.query('select 1 from destinations where paused_until is not null')).length,
    );
    await fire(escalation(notifier.clock, { customerName: 'Second' }));
    await eventually(
      async () => (await notifier.context.db.query(`select 1 from slack_messages where state = 'queued'`)).length === 2,
    );
    later(29_000);
    expect(await destination()).toMatchObject({ state: 'live', stateReason: null }); // slowed down is not broken
    later(1_500);
    const posts = await eventually(() => notifier.slack.posts().length === 2 && notifier.slack.posts());
    expect(posts.map((post) => /First|Second/.exec(slackWords(post))?.[0]).sort()).toEqual(['First', 'Second']);
    expect(notifier.slack.kept).toHaveLength(2);
    expect(notifier.slack.of('chat.postMessage')).toHaveLength(3); // the refused one, and each once
  });

  it('asked to wait for longer than a minute: managers hear of every broken promise that waits', async () => {
    const manager = personOf('manager', { email: 'boss@shop.test' });
    await notifier.say('person.changed', manager.id, manager);
    await eventually(async () => (await notifier.context.db.query('select 1 from people')).length);
    notifier.slack.fault = () => ({ status: 429, headers: { 'retry-after': '600' } });
    await fire(escalation(notifier.clock, { customerName: 'First' }));
    await eventually(
      async () => (await notifier.context.db.query('select 1 from destinations where paused_until is not null')).length,
    );
    await fire(escalation(notifier.clock, { customerName: 'Second' }));
    await eventually(async () => (await notifier.context.db.query('select 1 from slack_messages')).length === 2);
    later(61_000);
    const told = () => notifier.mail.mails.map((mail) => mail.raw).join('\n');
    await eventually(() => /First|Second/.test(told()));
    later(11_000); // two mails to one person are ten seconds apart
    await eventually(() => told().includes('First') && told().includes('Second'));
    expect(notifier.slack.calls).toHaveLength(1);
  });
});
