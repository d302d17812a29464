import type { ChannelChanged, MessageReceived, MessageReplied, OutboundDeliveryView, Page } from '#contracts';
import { newId } from '#kernel';
import { asIdentity, eventually } from '#testing';
import { channelOf, type NotifierUnderTest, notifierUnderTest, replyOn } from '../testing/notifier-app.js';

describe('a customer who cannot be reached there', () => {
  let notifier: NotifierUnderTest;
  beforeEach(async () => (notifier = await notifierUnderTest()));
  afterEach(() => notifier.close());

  const send = (reply: MessageReplied) => notifier.say('message.replied', reply.conversation.conversationId, reply);
  const reaches = (reply: MessageReplied, state: string) =>
    eventually(async () => {
      const url = `${notifier.app.url}/api/v1/deliveries?message=${reply.messageId}`;
      const page = (await (await fetch(url, { headers: asIdentity() })).json()) as Page<OutboundDeliveryView>;
      if (page.items[0]?.state !== state) throw new Error(`it is ${page.items[0]?.state}: ${page.items[0]?.reason}`);
      return page.items[0];
    });
  const again = ({ id }: OutboundDeliveryView) =>
    fetch(`${notifier.app.url}/api/v1/deliveries/${id}/retry`, { method: 'POST', headers: asIdentity() });
  const optOuts = async () => (await notifier.context.db.query('select address from opt_outs')).length;

  const hear = async (channel: ChannelChanged, reply: MessageReplied, preview: string) => {
    const { conversation, slaKind } = reply;
    const received: MessageReceived = {
      conversation,
      messageId: newId(),
      messageSeq: 1,
      channelId: channel.id,
      channelKind: channel.kind,
      slaKind,
      preview,
      automatic: true,
      openedAt: reply.at,
      channelTimestamp: null,
      receivedAt: reply.at,
      from: { address: '+15551000001', name: null },
      effect: 'joined',
      courtesy: false,
      clientId: null,
      receiptId: newId(),
    };
    await notifier.say('message.received', conversation.conversationId, received);
  };

  it('wrote STOP: nothing is sent to that number, in words, until START or until a person insists', async () => {
    const [sms, other] = [channelOf('sms'), channelOf('sms')];
    await notifier.say('channel.changed', sms.id, sms);
    await notifier.say('channel.changed', other.id, other);
    const reply = replyOn(sms);
    await hear(sms, reply, 'Stop');
    await eventually(async () => (await optOuts()) === 1);
    await send(reply);
    const stopped = await reaches(reply, 'failed');
    expect(stopped.reason).toMatch(/opted out.*START/);
    expect(notifier.twilio.calls).toHaveLength(0);
    const elsewhere = replyOn(other);
    await send(elsewhere);
    await reaches(elsewhere, 'sent');
    expect((await again(stopped)).status).toBe(202);
    await reaches(reply, 'sent');
    await hear(sms, reply, 'START');
    await eventually(async () => (await optOuts()) === 0);
    const next = replyOn(sms);
    await send(next);
    await reaches(next, 'sent');
    expect(notifier.twilio.sent()).toHaveLength(3);
  });

  it('mail came back from nowhere: the next is not sent until the customer writes or a person insists', async () => {
    const email = channelOf('email');
    await notifier.say('channel.changed', email.id, email);
    const conversationId = newId();
    const first = replyOn(email, { conversationId, seq: 2, to: 'Ada@customer.test' });
    await send(first);
    await reaches(first, 'sent');
    await notifier.say('delivery.reported', newId(), {
      channelId: email.id,
      channelKind: 'email',
      deliveryId: null,
      providerId: null,
      messageIdHeader: first.outbound.mail!.messageId,
      state: 'failed',
      reason: '550 5.1.1 no such user',
      deadAddress: 'ada@customer.test',
      at: first.at,
    });
    await reaches(first, 'failed');
    const second = replyOn(email, { conversationId, seq: 3, to: 'ada@customer.test' });
    await send(second);
    const held = await reaches(second, 'failed');
    expect(held.reason).toMatch(/came back .*\(550 5\.1\.1 no such user\)/);
    expect(notifier.mail.mails).toHaveLength(1);
    const corrected = replyOn(email, { conversationId, seq: 4, to: 'ada.byron@customer.test' });
    await send(corrected);
    await reaches(corrected, 'sent');
    expect((await again(held)).status).toBe(202);
    await reaches(second, 'sent');
    const answer = { ...replyOn(email, { conversationId, seq: 6, to: 'ada@customer.test' }), answersSeq: 5 };
    await send(answer);
    await reaches(answer, 'sent');
  });
});
