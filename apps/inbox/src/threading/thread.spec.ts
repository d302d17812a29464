import { idFrom } from '#kernel';
import { CHANNELS, form, mail, sms } from '../testing/arrivals.js';
import { Desk, flipped, SECRET } from '../testing/desk.js';
import { newReplyToken } from '#kernel';

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

describe('a mail that claims to be a reply (security.md H)', () => {
  const from = 'ada@customer.test';
  const setUp = () => {
    const desk = new Desk();
    const { conversation } = desk.receive(mail(from));
    const { id, token } = desk.write(conversation, from, CHANNELS.email);
    return { desk, conversation, id, token };
  };
  const tokens = (token: string) => [{ address: 'help@shop.test', token }];
  const authentications = ['pass', 'none', 'fail'] as const;

  describe.each(authentications)('with authentication %s', (authentication) => {
    it.each(['token', 'In-Reply-To', 'References'])(
      `${authentication === 'fail' ? 'is kept apart' : 'joins'} by %s`,
      (by) => {
        const { desk, conversation, id, token } = setUp();
        const facts =
          by === 'token'
            ? { tokens: tokens(token) }
            : by === 'References'
              ? { references: ['<x@y>', id] }
              : { inReplyTo: id };
        const { decision } = desk.receive(mail(from, 'answer', { mail: { ...facts, authentication } }));
        if (authentication === 'fail') {
          expect(decision).toEqual({ kind: 'open', apart: true, link: { kind: 'claims', toId: conversation.id } });
        } else expect(decision).toMatchObject({ kind: 'append', conversation });
      },
    );

    it('is kept apart and linked when it comes from a stranger (H1, T07)', () => {
      const { desk, conversation, id, token } = setUp();
      for (const facts of [{ tokens: tokens(token) }, { inReplyTo: id }, { references: [id] }]) {
        const { decision, conversation: other } = desk.receive(
          mail('mallory@evil.test', 'mine', { mail: { ...facts, authentication } }),
        );
        expect(decision).toEqual({ kind: 'open', apart: true, link: { kind: 'claims', toId: conversation.id } });
        expect(other.customerId).not.toBe(conversation.customerId);
        expect(desk.facts.at(-1)).toMatchObject({
          type: 'conversation.linked',
          seq: 2,
          payload: { toId: conversation.id, messageSeq: 2 },
        });
      }
    });
  });

  it.each([
    ['one bit flipped', (token: string) => flipped(token)],
    ['truncated', (token: string) => token.slice(0, -1)],
    [
      'of another secret',
      (_: string, conversationId: string) => newReplyToken('other-secret', CHANNELS.email, conversationId),
    ],
    [
      'of another inbox',
      (_: string, conversationId: string) => newReplyToken(SECRET, CHANNELS.otherEmail, conversationId),
    ],
  ])('refuses a token %s, even from the customer (H2)', (_, forge) => {
    const { desk, conversation, token } = setUp();
    const { decision, conversation: other } = desk.receive(
      mail(from, 'x', { mail: { tokens: tokens(forge(token, conversation.id)), authentication: 'pass' } }),
    );
    expect(decision).toMatchObject({ kind: 'open', apart: true, link: { kind: 'claims' } });
    expect(other.customerId).toBe(conversation.customerId); // linked to the customer, not to the conversation
  });

  it('refuses a known token whose signature belongs to another channel', () => {
    const { desk, conversation } = setUp();
    const token = newReplyToken(SECRET, CHANNELS.otherEmail, conversation.id);
    desk.picture.tokens.set(token, { conversationId: conversation.id, channelId: CHANNELS.otherEmail });
    const { decision } = desk.receive(mail(from, 'x', { mail: { tokens: tokens(token) } }));
    expect(decision).toMatchObject({ kind: 'open', apart: true });
  });

  it('accepts the token in upper case, since some hosts fold the local part', () => {
    const { desk, conversation, token } = setUp();
    expect(desk.receive(mail(from, 'x', { mail: { tokens: tokens(token.toUpperCase()) } })).conversation).toBe(
      conversation,
    );
  });

  it('joins by the token alone when the headers were lost (T11)', () => {
    const { desk, conversation, token } = setUp();
    const { decision } = desk.receive(
      mail(from, 'x', { subject: 'something else', mail: { tokens: tokens(token), messageId: null } }),
    );
    expect(decision).toMatchObject({ kind: 'append', conversation });
  });

  it('does not know ids of another mailbox (T08)', () => {
    const { desk, id } = setUp();
    const stranger = mail('mallory@evil.test', 'x', { channelId: CHANNELS.otherEmail, mail: { inReplyTo: id } });
    expect(desk.receive(stranger).decision).toEqual({ kind: 'open', apart: false, link: null });
  });

  it('takes recycled References under a new subject for no claim (H8)', () => {
    const { desk, conversation, id } = setUp();
    desk.resolve(conversation, '2026-11-01T09:00:00.000Z');
    const recycled = mail(from, 'x', { subject: 'A new topic', mail: { references: [id] } });
    expect(desk.receive(recycled).decision).toMatchObject({ kind: 'open', apart: false, link: { kind: 'continues' } });
    const same = mail('mallory@evil.test', 'x', { subject: 'A new topic', mail: { references: [id] } });
    expect(desk.receive(same).decision).toMatchObject({ kind: 'open', apart: true });
  });

  it('treats a sender who fails authentication as a claim, whoever he says he is (H7)', () => {
    const { desk, conversation } = setUp();
    const spoof = desk.receive(mail(from, 'x', { mail: { authentication: 'fail' } }));
    expect(spoof.decision).toEqual({ kind: 'open', apart: true, link: { kind: 'claims', toId: conversation.id } });
    expect(desk.receive(mail(from, 'y', { mail: { authentication: 'pass' } })).conversation).toBe(conversation);
  });

  it('lets CC take part from authenticated mail only (H6)', () => {
    for (const authentication of authentications) {
      const { desk, conversation, token } = setUp();
      const cc = [{ address: 'Eve@partner.test', name: '' }];
      desk.receive(
        mail(from, 'with copy', { mail: { cc, authentication: authentication === 'fail' ? 'none' : authentication } }),
      );
      const answer = desk.receive(mail('eve@partner.test', 'me too', { mail: { tokens: tokens(token) } }));
      if (authentication === 'pass') expect(answer.conversation).toBe(conversation);
      else expect(answer.decision).toMatchObject({ kind: 'open', apart: true });
    }
  });

  it('never makes an agent of a mail, whatever it carries (H5)', () => {
    const { desk, id, token } = setUp();
    const { message } = desk.receive(
      mail(from, 'x', { mail: { inReplyTo: id, tokens: tokens(token), authentication: 'pass' } }),
    );
    expect(message).toBeDefined();
    expect(desk.facts.map((fact) => fact.type)).not.toContain('message.replied');
  });

  it('follows a merge to the living conversation (T13)', () => {
    const { desk, conversation, id } = setUp();
    const into = { ...conversation, id: 'living' };
    desk.picture.conversations.set('living', into);
    conversation.mergedIntoId = 'living';
    desk.picture.byCustomer.set(conversation.customerId, new Set(['living']));
    expect(desk.receive(mail(from, 'x', { mail: { inReplyTo: id } })).conversation).toBe(into);
  });

  it('continues an old conversation in a new one, and sends the answer where the customer is open already', () => {
    const { desk, conversation, id } = setUp();
    desk.resolve(conversation, '2026-11-01T09:00:00.000Z');
    const first = desk.receive(mail(from, 'x', { mail: { inReplyTo: id } }));
    expect(first.decision).toMatchObject({ kind: 'open', link: { kind: 'continues', toId: conversation.id } });
    const second = desk.receive(mail(from, 'y', { mail: { inReplyTo: id } }));
    expect(second.conversation).toBe(first.conversation);
  });
});
