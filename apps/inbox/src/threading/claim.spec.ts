import { newReplyToken } from '#kernel';
import { CHANNELS, mail } from '../testing/arrivals.js';
import { Desk, flipped, SECRET } from '../testing/desk.js';

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

  it('refuses a token that is on record but was not signed with our secret', () => {
    const { desk, conversation } = setUp();
    const token = newReplyToken('other-secret', CHANNELS.email, conversation.id);
    desk.picture.tokens.set(token, { conversationId: conversation.id, channelId: CHANNELS.email });
    const { decision } = desk.receive(mail(from, 'x', { mail: { tokens: tokens(token) } }));
    expect(decision).toEqual({ kind: 'open', apart: true, link: { kind: 'claims', toId: null } });
  });

  it('links a failing claim to what it named, though nothing is open there', () => {
    const { desk, conversation, id } = setUp();
    desk.resolve(conversation);
    const { decision } = desk.receive(mail(from, 'x', { mail: { inReplyTo: id, authentication: 'fail' } }));
    expect(decision).toEqual({ kind: 'open', apart: true, link: { kind: 'claims', toId: conversation.id } });
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
    desk.picture.byCustomer.set(conversation.customerId, [into]);
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
