import type { DeliveryChanged, MessageReplied, OutboundDeliveryView, Page } from '#contracts';
import { FakeClock, newId } from '#kernel';
import { asIdentity, eventually } from '#testing';
import { channelOf, type NotifierUnderTest, notifierUnderTest, replyOn } from '../testing/notifier-app.js';
import { DeliveryWorker } from './delivery.worker.js';

describe('replies on their way out', () => {
  let notifier: NotifierUnderTest;
  beforeEach(async () => (notifier = await notifierUnderTest()));
  afterEach(() => notifier.close());

  const send = (reply: MessageReplied) => notifier.say('message.replied', reply.conversation.conversationId, reply);
  const deliveries = async (query = '', identity = {}) => {
    const response = await fetch(`${notifier.app.url}/api/v1/deliveries${query}`, { headers: asIdentity(identity) });
    return (await response.json()) as Page<OutboundDeliveryView>;
  };
  const of = async (reply: MessageReplied) => (await deliveries(`?message=${reply.messageId}`)).items[0];
  const reaches = (reply: MessageReplied, state: string) =>
    eventually(async () => {
      const delivery = await of(reply);
      if (delivery?.state !== state) throw new Error(`it is ${delivery?.state}: ${delivery?.reason}`);
      return delivery;
    });
  const retry = (id: string, identity = {}) =>
    fetch(`${notifier.app.url}/api/v1/deliveries/${id}/retry`, { method: 'POST', headers: asIdentity(identity) });
  const later = (ms: number) => {
    (notifier.clock as FakeClock).advance(ms);
    notifier.app.app.get(DeliveryWorker).wake();
  };
  const changes = async (reply: MessageReplied) => {
    const rows = await notifier.context.db.query<{ envelope: string }>(
      `select envelope from log.events where type = 'delivery.changed' order by position`,
    );
    return rows
      .map((row) => (JSON.parse(row.envelope) as { payload: DeliveryChanged }).payload)
      .filter((change) => change.messageId === reply.messageId);
  };

  it('an answer by mail leaves with its headers and is sent once, however often the event comes', async () => {
    const email = channelOf('email');
    await notifier.say('channel.changed', email.id, email);
    const reply = replyOn(email, { text: 'Tomorrow, ΑΥΡΙΟ.' });
    await send(reply);
    await send(reply);
    const delivery = await reaches(reply, 'sent');
    expect(notifier.mail.mails).toHaveLength(1);
    expect(notifier.mail.mails[0]!.to).toEqual(['ada@customer.test']);
    expect(notifier.mail.mails[0]!.raw).toContain(reply.outbound.mail!.messageId);
    expect(delivery.to).toBe('ada@customer.test');
    expect((await changes(reply)).map((change) => [change.from, change.to])).toEqual([
      [null, 'queued'],
      ['queued', 'sending'],
      ['sending', 'sent'],
    ]);
    expect(await notifier.context.metrics.text()).toContain('kairos_deliveries_total{channel="email",state="sent"} 1');
  });

  it('waits for the channel when the reply is quicker than the channel', async () => {
    const sms = channelOf('sms');
    const reply = replyOn(sms);
    await send(reply);
    await eventually(async () => (await of(reply))?.reason?.includes('channel is not known'));
    await notifier.say('channel.changed', sms.id, sms);
    await reaches(reply, 'sent'); // at once: no time has passed
    expect(notifier.twilio.sent()).toHaveLength(1);
  });

  it('a text that Twilio refuses has failed in words, and a person may send it again', async () => {
    const sms = channelOf('sms');
    await notifier.say('channel.changed', sms.id, sms);
    const refusal = { code: 21610, message: 'Attempt to send to unsubscribed recipient', status: 400 };
    notifier.twilio.failNext({ status: 400, body: refusal });
    const reply = replyOn(sms);
    await send(reply);
    const failed = await reaches(reply, 'failed');
    expect(failed.reason).toMatch(/STOP|opted|unsubscribed/i);
    expect((await retry(failed.id)).status).toBe(202);
    await reaches(reply, 'sent');
    const again = await retry(failed.id);
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: 'delivery_not_retryable' });
  });

  it('Messenger refuses: failed; Messenger is down: tried again until it works', async () => {
    const page = channelOf('messenger');
    await notifier.say('channel.changed', page.id, page);
    notifier.graph.failNext({ status: 400, body: { error: { message: '(#100) No matching user found', code: 100 } } });
    const refused = replyOn(page, { to: '6655443322110' });
    await send(refused);
    expect((await reaches(refused, 'failed')).reason).toContain('No matching user');
    notifier.graph.failNext({ status: 429, body: { error: { message: 'slow down', code: 4 } } });
    const delayed = replyOn(page, { to: '6655443322110' });
    await send(delayed);
    await eventually(async () => (await of(delayed))?.attempts === 1 && (await of(delayed))?.state === 'queued');
    later(3_000);
    await reaches(delayed, 'sent');
    expect(notifier.graph.sent()).toHaveLength(1);
  });

  it('the mail server asks to try later for hours: told after 15 minutes, sent in the end', async () => {
    const email = channelOf('email');
    await notifier.say('channel.changed', email.id, email);
    notifier.mail.refuse = () => [451, 'greylisted, come back'];
    const reply = replyOn(email);
    await send(reply);
    for (const ms of [3_000, 11_000, 61_000, 301_000, 600_000]) {
      const before = (await of(reply))?.attempts ?? 0;
      await eventually(async () => (await of(reply))?.state === 'queued' && (await of(reply))!.attempts > 0);
      later(ms);
      if (ms !== 600_000) await eventually(async () => (await of(reply))!.attempts > before);
    }
    await eventually(async () => (await changes(reply)).filter((change) => change.notAcceptedInTime).length === 1);
    notifier.mail.refuse = null;
    later(3_600_000);
    await reaches(reply, 'sent');
    expect(notifier.mail.mails).toHaveLength(1);
  });

  it('replies of one conversation keep their order', async () => {
    const email = channelOf('email');
    await notifier.say('channel.changed', email.id, email);
    notifier.mail.refuse = (_stage) => (notifier.mail.mails.length === 0 ? [451, 'not now'] : undefined);
    const conversationId = newId();
    const first = replyOn(email, { conversationId, seq: 2, text: 'one' });
    const second = replyOn(email, { conversationId, seq: 3, text: 'two' });
    await notifier.sayAll([first, second].map((r) => ({ type: 'message.replied', key: conversationId, payload: r })));
    await eventually(async () => (await of(first))?.attempts === 1 && (await of(first))?.state === 'queued');
    expect((await of(second))!.attempts).toBe(0);
    notifier.mail.refuse = null;
    later(3_000);
    await reaches(second, 'sent');
    expect(notifier.mail.mails.map((mail) => /\b(one|two)\b/.exec(mail.raw)?.[0])).toEqual(['one', 'two']);
  });

  it('Twilio took it and the line broke: found there, not sent again', async () => {
    const sms = channelOf('sms');
    await notifier.say('channel.changed', sms.id, sms);
    (notifier.clock as FakeClock).set(new Date());
    notifier.twilio.failNext({ cutAfter: true });
    const reply = replyOn(sms, { at: new Date().toISOString() });
    await send(reply);
    await eventually(async () => (await of(reply))?.reason?.includes('broke'));
    later(6_000);
    const delivery = await reaches(reply, 'sent');
    expect(delivery.providerId).toBe(notifier.twilio.kept[0]!['sid']);
    expect(notifier.twilio.sent()).toHaveLength(1);
  });

  it('the mail server broke off after the mail: unknown, in words, until a person decides', async () => {
    const email = channelOf('email');
    await notifier.say('channel.changed', email.id, email);
    notifier.mail.cutAfterData = true;
    const reply = replyOn(email);
    await send(reply);
    const delivery = await reaches(reply, 'unknown');
    expect(delivery.reason).toBeTruthy();
    later(3_600_000);
    notifier.mail.cutAfterData = false;
    expect(notifier.mail.mails).toHaveLength(1);
    await retry(delivery.id);
    await reaches(reply, 'sent');
    const id = reply.outbound.mail!.messageId;
    expect(notifier.mail.mails.map((mail) => mail.raw.includes(id))).toEqual([true, true]);
  });

  it('providers report in any order: the highest rank stays, and a late word waits for its row', async () => {
    const sms = channelOf('sms');
    await notifier.say('channel.changed', sms.id, sms);
    const reply = replyOn(sms);
    await send(reply);
    const { id, providerId } = await reaches(reply, 'sent');
    const word = { channelId: sms.id, channelKind: 'sms' as const, messageIdHeader: null, reason: null, at: reply.at };
    const report = (state: 'sent' | 'delivered', by: { deliveryId?: string; providerId?: string }) =>
      notifier.say('delivery.reported', newId(), { ...word, deliveryId: null, providerId: null, ...by, state });
    await report('delivered', { deliveryId: id, providerId: providerId! });
    await report('sent', { deliveryId: id, providerId: providerId! });
    await reaches(reply, 'delivered');
    const page = channelOf('messenger');
    const early = replyOn(page, { to: '6655443322110' });
    await send(early);
    await eventually(async () => (await of(early))?.reason?.includes('not known'));
    notifier.graph.failNext({ status: 200, body: { message_id: 'm_known_before' } });
    await report('delivered', { providerId: 'm_known_before' });
    await notifier.say('channel.changed', page.id, page);
    later(5_000);
    await reaches(early, 'delivered');
    const metrics = await notifier.context.metrics.text();
    expect(metrics).toContain('kairos_deliveries_total{channel="sms",state="sent"} 1');
    expect(metrics).toContain('kairos_deliveries_total{channel="messenger",state="delivered"} 1');
  });

  it('a word about ids that no index could hold is kept like any other', async () => {
    const sms = channelOf('sms');
    await notifier.say('channel.changed', sms.id, sms);
    const reply = replyOn(sms);
    await send(reply);
    const { providerId } = await reaches(reply, 'sent');
    const word = { channelId: sms.id, channelKind: 'sms' as const, state: 'delivered' as const, reason: null };
    const say = (id: string | null, header: string | null = null) =>
      notifier.say('delivery.reported', newId(), {
        ...word,
        deliveryId: id,
        providerId: id,
        messageIdHeader: header,
        at: reply.at,
      });
    const endless = Array.from({ length: 200 }, newId).join('\u0000');
    await say(endless);
    await say(null, `<${endless}>`);
    await say('\u0000');
    await say(providerId);
    await reaches(reply, 'delivered');
    expect(await notifier.context.log.parked()).toEqual([]);
  });

  it('a bounce fails a sent mail in the words of the other server', async () => {
    const email = channelOf('email');
    await notifier.say('channel.changed', email.id, email);
    const reply = replyOn(email);
    await send(reply);
    await reaches(reply, 'sent');
    await notifier.say('delivery.reported', newId(), {
      channelId: email.id,
      channelKind: 'email',
      deliveryId: null,
      providerId: null,
      messageIdHeader: reply.outbound.mail!.messageId,
      state: 'failed',
      reason: '550 5.1.1 no such user',
      at: reply.at,
    });
    expect((await reaches(reply, 'failed')).reason).toBe('550 5.1.1 no such user');
  });

  it('others see neither the delivery nor its retry', async () => {
    const team = newId();
    const email = channelOf('email', { teamIds: [team] });
    const reply = replyOn(email);
    await send(reply);
    await eventually(() => of(reply));
    const stranger = { role: 'agent' as const, teamIds: [newId()], personId: newId() };
    expect((await deliveries('', stranger)).items).toHaveLength(0);
    expect((await deliveries('', { ...stranger, teamIds: [team] })).items).toHaveLength(1);
    const { id } = (await of(reply))!;
    expect((await retry(id, stranger)).status).toBe(404);
    expect((await retry('not-an-id')).status).toBe(404);
    expect((await fetch(`${notifier.app.url}/api/v1/deliveries?state=lost`, { headers: asIdentity() })).status).toBe(
      400,
    );
  });
});

describe('without an outgoing mail server', () => {
  it('a reply by mail has failed and says what to set', async () => {
    const notifier = await notifierUnderTest({ SMTP_OUT_URL: '' });
    try {
      const email = channelOf('email');
      await notifier.say('channel.changed', email.id, email);
      const reply = replyOn(email);
      await notifier.say('message.replied', reply.conversation.conversationId, reply);
      const url = `${notifier.app.url}/api/v1/deliveries?state=failed`;
      const { items } = await eventually(async () => {
        const page = (await (await fetch(url, { headers: asIdentity() })).json()) as Page<OutboundDeliveryView>;
        return page.items.length > 0 && page;
      });
      expect(items[0]!.reason).toContain('no outgoing mail server');
    } finally {
      await notifier.close();
    }
  });
});
