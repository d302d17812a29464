import { idFrom } from '#kernel';
import { CHANNELS, form, mail, sms } from '../testing/arrivals.js';
import { Desk } from '../testing/desk.js';

const later = (days: number) => new Date(Date.parse('2026-11-20T09:00:00.000Z') + days * 86_400_000).toISOString();

describe('where a message goes', () => {
  let desk: Desk;
  beforeEach(() => (desk = new Desk()));

  it('opens a conversation for an unknown sender, named by the address as it came', () => {
    const { conversation, decision } = desk.receive(mail('Ada@Customer.test'));
    expect(decision).toEqual({ kind: 'open', apart: false, link: null });
    expect(conversation).toMatchObject({ customerName: 'Ada@Customer.test', status: 'open', lastSeq: 1, version: 1 });
  });

  it('joins what the customer writes next, and numbers it (T02)', () => {
    const [one, two] = [desk.receive(sms('+15551')), desk.receive(sms('+15551'))];
    expect(two.conversation).toBe(one.conversation);
    expect([one.message!.seq, two.message!.seq]).toEqual([1, 2]);
  });

  it('keeps strangers apart whatever they share in subject, ticket number or text (T01, T05, T06)', () => {
    const subject = '[#123] Ticket#1234';
    const mails = ['a', 'b', 'c'].map((who) =>
      desk.receive(mail(`${who}@x.test`, 'same', { subject, mail: { messageId: '<>' } })),
    );
    expect(new Set(mails.map((one) => one.conversation.id)).size).toBe(3);
  });

  it('takes the same delivery again for the same message (T03, T04)', () => {
    const arrival = sms('+15551');
    desk.receive(arrival);
    const facts = desk.facts.length;
    expect(desk.receive(arrival).decision.kind).toBe('duplicate');
    expect(desk.picture.changes.messages).toHaveLength(1);
    expect(desk.facts).toHaveLength(facts);
  });

  it('shows one mail in two mailboxes in both, once (T09)', () => {
    const arrival = mail('a@x.test', 'hi', { channelTeamIds: [idFrom('team')] });
    desk.receive(arrival);
    const { conversation } = desk.receive({
      ...arrival,
      receiptId: 'second',
      channelId: CHANNELS.otherEmail,
      channelTeamIds: [],
    });
    expect(conversation).toMatchObject({
      lastSeq: 1,
      channelIds: [CHANNELS.email, CHANNELS.otherEmail],
      channelTeamIds: [],
    });
    expect(desk.picture.changes.further).toHaveLength(1);
  });

  describe('after it was resolved', () => {
    it.each([
      ['reopens within 7 days', 7, 'reopened'],
      ['continues in a new one after 7 days', 7.001, 'continues'],
    ])('%s', (_, days, expected) => {
      const { conversation } = desk.receive(sms('+15551'));
      desk.resolve(conversation);
      const { decision } = desk.receive(sms('+15551', 'Where is it?', { receivedAt: later(days) }));
      if (expected === 'reopened') {
        expect(decision).toMatchObject({ kind: 'append', effect: 'reopened', conversation });
        expect(desk.facts.map((fact) => [fact.type, fact.seq])).toEqual([
          ['message.received', 1],
          ['conversation.status_changed', 2],
          ['message.received', 3],
        ]);
      } else {
        expect(decision).toMatchObject({
          kind: 'open',
          apart: false,
          link: { kind: 'continues', toId: conversation.id },
        });
      }
    });

    it('takes closing thanks quietly, and leaves no wait', () => {
      const { conversation } = desk.receive(sms('+15551'));
      desk.resolve(conversation);
      const { message } = desk.receive(sms('+15551', 'Thank you so much!', { receivedAt: later(2) }));
      expect(message).toMatchObject({ courtesy: true, automatic: false, seq: 2 });
      expect(conversation.status).toBe('resolved');
      expect(desk.facts.at(-1)).toMatchObject({
        type: 'message.received',
        payload: { courtesy: true, effect: 'joined' },
      });
      desk.receive(sms('+15551', 'Thank you so much!', { receivedAt: later(3.1) })); // past 72 hours
      expect(conversation.status).toBe('open');
    });

    it('is not reopened by an auto-reply, which is put into it', () => {
      const { conversation } = desk.receive(mail('a@x.test'));
      desk.resolve(conversation);
      const { message } = desk.receive(
        mail('a@x.test', 'Out of office', { automatic: true, mail: { class: 'auto_reply' }, receivedAt: later(30) }),
      );
      expect(message).toMatchObject({ conversationId: conversation.id, automatic: true });
      expect(conversation.status).toBe('resolved');
    });
  });

  it('wakes a snoozed conversation when a person writes, not for automatic mail', () => {
    const { conversation } = desk.receive(mail('a@x.test'));
    conversation.status = 'snoozed';
    desk.receive(mail('a@x.test', 'Out of office', { automatic: true, mail: { class: 'auto_reply' } }));
    expect(conversation.status).toBe('snoozed');
    desk.receive(mail('a@x.test', 'Hello?'));
    expect(conversation.status).toBe('open');
  });

  it('puts a bounce into the conversation of the mail that did not arrive, and makes no customer of the daemon', () => {
    const { conversation } = desk.receive(mail('a@x.test'));
    const { id } = desk.write(conversation, 'a@x.test', CHANNELS.email);
    const bounce = { originalMessageId: id, recipient: 'A@x.test', status: '5.1.1', diagnostic: 'no such user' };
    const daemon = { automatic: true, mail: { class: 'bounce_hard', bounce } } as const;
    expect(desk.receive(mail('mailer-daemon@mx.test', 'failed', daemon)).conversation).toBe(conversation);
    expect(desk.picture.changes.customers).toHaveLength(1);
    const forged = {
      automatic: true,
      mail: { class: 'bounce_hard', bounce: { ...bounce, recipient: 'else@x.test' } },
    } as const;
    expect(desk.receive(mail('mailer-daemon@mx.test', 'failed', forged)).conversation).not.toBe(conversation);
  });

  it('leads a thread key back to its own sender only, and otherwise keeps one open conversation', () => {
    const one = desk.receive(form('dora', 'a', { threadKey: 'order-1' }));
    expect(desk.receive(form('dora', 'b', { threadKey: 'order-2' })).conversation).toBe(one.conversation);
    expect(desk.receive(form('mallory', 'c', { threadKey: 'order-1' })).conversation).not.toBe(one.conversation);
    desk.resolve(one.conversation);
    const fresh = desk.receive(form('dora', 'd', { receivedAt: later(30) }));
    desk.resolve(fresh.conversation, later(31));
    const back = desk.receive(form('dora', 'e', { threadKey: 'order-1', receivedAt: later(6) }));
    expect(back.decision).toMatchObject({ kind: 'append', effect: 'reopened', conversation: one.conversation });
  });
});
