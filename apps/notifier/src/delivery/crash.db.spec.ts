import { FakeClock, newId } from '#kernel';
import { eventually, runApp, testInstallation } from '#testing';
import { notifierMigrations, notifierModule } from '../index.js';
import { channelOf, type NotifierUnderTest, notifierUnderTest, replyOn } from '../testing/notifier-app.js';
import { SlackEnd, TwilioEnd } from '#testing';
import { escalation } from '../testing/notifier-app.js';
import { DeliveryWorker } from './delivery.worker.js';
import { Senders } from './senders.js';

describe('killed between `sending` and `sent`', () => {
  let notifier: NotifierUnderTest;
  beforeEach(async () => (notifier = await notifierUnderTest({}, new FakeClock(new Date()))));
  afterEach(() => notifier.close());

  /** The process dies right after the provider took it: the call never comes back to us. */
  const dieAfterSending = () => {
    const senders = notifier.app.app.get(Senders);
    const send = senders.send.bind(senders);
    senders.send = async (...args) => {
      await send(...args);
      return new Promise<never>(() => undefined);
    };
  };
  const state = async () =>
    (
      await notifier.context.db.query<{ state: string; reason: string; provider_id: string }>(
        'select state, reason, provider_id from deliveries',
      )
    )[0];

  it('an SMS is found at Twilio, not sent again', async () => {
    const sms = channelOf('sms');
    await notifier.say('channel.changed', sms.id, sms);
    dieAfterSending();
    await notifier.say('message.replied', newId(), replyOn(sms, { at: notifier.clock.now().toISOString() }));
    await eventually(() => notifier.twilio.sent().length === 1);
    await notifier.restart();
    await eventually(async () => (await state())?.state === 'sent');
    expect((await state())!.provider_id).toBe(notifier.twilio.kept[0]!['sid']);
    expect(notifier.twilio.sent()).toHaveLength(1);
  });

  it('an SMS that never left is sent after the restart', async () => {
    const sms = channelOf('sms');
    await notifier.say('channel.changed', sms.id, sms);
    notifier.app.app.get(Senders).send = () => new Promise<never>(() => undefined);
    await notifier.say('message.replied', newId(), replyOn(sms, { at: notifier.clock.now().toISOString() }));
    await eventually(async () => (await state())?.state === 'sending');
    await notifier.restart();
    await eventually(async () => (await state())?.state === 'queued');
    (notifier.clock as FakeClock).advance(3_000);
    notifier.app.app.get(DeliveryWorker).wake();
    await eventually(async () => (await state())?.state === 'sent');
    expect(notifier.twilio.sent()).toHaveLength(1);
  });

  it('a mail cannot be asked about: unknown in words, never sent by itself again', async () => {
    const email = channelOf('email');
    await notifier.say('channel.changed', email.id, email);
    dieAfterSending();
    await notifier.say('message.replied', newId(), replyOn(email));
    await eventually(() => notifier.mail.mails.length === 1);
    await notifier.restart();
    await eventually(async () => (await state())?.state === 'unknown');
    expect((await state())!.reason).toContain('not known whether');
    (notifier.clock as FakeClock).advance(86_400_000);
    notifier.app.app.get(DeliveryWorker).wake();
    expect(notifier.mail.mails).toHaveLength(1);
  });
});

describe('two notifiers on one database', () => {
  it('each reply and each breach leaves once', async () => {
    const [slack, twilio] = await Promise.all([new SlackEnd().start(), new TwilioEnd().start()]);
    const clock = new FakeClock(new Date());
    const installation = await testInstallation(clock, {
      SLACK_API_URL: slack.apiUrl,
      TWILIO_API_URL: twilio.url,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_CHANNEL: 'C0BREACHES',
    });
    const contexts = [
      await installation.open('notifier', notifierMigrations),
      await installation.open('notifier', notifierMigrations),
    ];
    const apps = await Promise.all(
      contexts.map((context) =>
        runApp({ parts: installation.parts, modules: [notifierModule(context)], contexts: [context] }),
      ),
    );
    try {
      const sms = channelOf('sms');
      const { db, log } = contexts[0]!;
      const occurredAt = clock.now();
      await db.transaction(async (tx) =>
        log.append(tx, [{ type: 'channel.changed', key: sms.id, payload: sms, occurredAt }]),
      );
      await eventually(async () => (await db.query('select 1 from channels')).length);
      const replies = Array.from({ length: 40 }, (_, i) =>
        replyOn(sms, { text: `reply ${i}.`, at: occurredAt.toISOString() }),
      );
      const breaches = Array.from({ length: 8 }, (_, i) => escalation(clock, { customerName: `Customer ${i}.` }));
      for (const reply of replies) {
        const key = reply.conversation.conversationId;
        await db.transaction(async (tx) =>
          log.append(tx, [{ type: 'message.replied', key, payload: reply, occurredAt }]),
        );
      }
      for (const payload of breaches) {
        const key = payload.conversationId;
        await db.transaction(async (tx) => log.append(tx, [{ type: 'escalation.fired', key, payload, occurredAt }]));
      }
      await eventually(
        async () => (await db.query(`select 1 from deliveries where state = 'sent'`)).length === 40,
        15_000,
      );
      await eventually(
        async () => (await db.query(`select 1 from slack_messages where state = 'sent'`)).length === 8,
        15_000,
      );
      const texts = twilio.kept.map((message) => message['body']);
      expect(new Set(texts).size).toBe(40);
      expect(texts).toHaveLength(40);
      expect(slack.kept).toHaveLength(8);
    } finally {
      for (const app of apps) await app.close();
      await installation.close();
      await Promise.all([slack.close(), twilio.close()]);
    }
  });
});
