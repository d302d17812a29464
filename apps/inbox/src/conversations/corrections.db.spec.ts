import type { ConversationView, EventPayloads, MessageView } from '#contracts';
import { newId } from '#kernel';
import { mail, sms } from '../testing/arrivals.js';
import { InboxApp } from '../testing/inbox-app.js';

type Corrected = EventPayloads['message.corrected'];

describe('a person says that a message needs an answer after all', () => {
  let inbox: InboxApp;
  beforeAll(async () => (inbox = await InboxApp.start()));
  afterAll(() => inbox.close());
  let n = 0;
  const phone = () => `+1555700${String(++n).padStart(4, '0')}`;
  const correct = (id: string, who = {}) =>
    inbox.call<ConversationView & { code?: string }>('POST', `messages/${id}/needs-answer`, undefined, who);
  const change = (id: string, body: object) => inbox.call('PATCH', `conversations/${id}`, body);
  const reply = (id: string, seenSeq: number) =>
    inbox.call<MessageView>('POST', `conversations/${id}/replies`, { clientId: newId(), text: 'Here it is.', seenSeq });
  const facts = async (id: string) =>
    (await inbox.events(id))
      .filter(({ type }) => type === 'message.corrected')
      .map(({ payload }) => payload as unknown as Corrected);
  const last = async (id: string, kind = 'inbound') =>
    (await inbox.messages(id)).filter((message) => message.kind === kind).at(-1)!;

  /** A conversation that was answered and resolved, and the customer's "Thanks!" after it. */
  const thanked = async () => {
    const from = phone();
    const [conversation] = await inbox.arrive(sms(from, 'Where is it?'));
    await reply(conversation!.id, 1);
    await change(conversation!.id, { status: 'resolved' });
    await inbox.arrive(sms(from, 'Thanks!'));
    return { id: conversation!.id, from };
  };

  it('S15 of what was taken for thanks: the conversation is open again, and the clock is told when they came', async () => {
    const { id } = await thanked();
    const thanks = await last(id);
    expect(thanks).toMatchObject({ text: 'Thanks!', courtesy: true });
    expect(await inbox.get(`conversations/${id}`)).toMatchObject({ status: 'resolved' });
    expect(await correct(thanks.id)).toMatchObject({ status: 200, body: { id, status: 'open' } });
    expect(await last(id)).toMatchObject({ id: thanks.id, courtesy: false });
    expect(await facts(id)).toEqual([
      expect.objectContaining({
        messageId: thanks.id,
        messageSeq: thanks.seq,
        from: 'courtesy',
        openedAt: thanks.receivedAt,
        answer: null,
        conversation: expect.objectContaining({ status: 'open' }),
      }),
    ]);
    expect((await last(id, 'system')).system).toEqual({
      event: 'corrected',
      data: { messageId: thanks.id, from: 'courtesy' },
    });
    expect(await change(id, { status: 'resolved' })).toMatchObject({ status: 409, body: { code: 'customer_waits' } });
  });

  it('said twice, the second time changes nothing', async () => {
    const { id } = await thanked();
    const thanks = await last(id);
    await Promise.all([correct(thanks.id), correct(thanks.id)]);
    expect((await correct(thanks.id)).status).toBe(200);
    expect(await facts(id)).toHaveLength(1);
    const seqs = (await inbox.messages(id)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it('of an automatic mail that was answered all the same: the answer is named', async () => {
    const address = `robot${++n}@customer.test`;
    const [conversation] = await inbox.arrive(mail(address, 'I am away. But where is it?', { automatic: true }));
    const wrong = await last(conversation!.id);
    expect(wrong.automatic).toBe(true);
    const { body } = await reply(conversation!.id, wrong.seq);
    await correct(wrong.id);
    expect((await facts(conversation!.id))[0]).toMatchObject({
      from: 'automatic',
      answer: { messageId: body.id, at: body.at },
    });
    expect((await change(conversation!.id, { status: 'resolved' })).status).toBe(200); // nobody waits
  });

  it('is no word about our own messages, strangers’ ones, or what is not there', async () => {
    const { id } = await thanked();
    const ours = await last(id, 'reply');
    expect(await correct(ours.id)).toMatchObject({ status: 409, body: { code: 'not_from_customer' } });
    for (const none of [newId(), 'nonsense', '%27%20or%201=1']) expect((await correct(none)).status).toBe(404);
    const [hidden] = await inbox.arrive(sms(phone(), 'Thanks', { automatic: true, channelTeamIds: [newId()] }));
    const theirs = await last(hidden!.id);
    expect((await correct(theirs.id, { role: 'agent', personId: newId() })).status).toBe(404);
  });

  it('where another conversation of the customer is open, it says so', async () => {
    const { id, from } = await thanked();
    const thanks = await last(id);
    await inbox.arrive(sms(from, 'Something new', { receivedAt: '2026-12-25T09:00:00.000Z' }));
    expect(await correct(thanks.id)).toMatchObject({ status: 409, body: { code: 'another_open' } });
    expect(await last(id)).toMatchObject({ courtesy: true });
  });

  it('opened again after a wrong verdict of spam: whoever wrote first since our reply has waited since then', async () => {
    const from = phone();
    const [conversation] = await inbox.arrive(sms(from, 'Hello'));
    const id = conversation!.id;
    await reply(id, 1);
    await inbox.arrive(sms(from, 'Where is it?'), sms(from, 'Hello?'));
    const question = (await inbox.messages(id)).find(({ text }) => text === 'Where is it?')!;
    await change(id, { status: 'resolved', reason: 'spam' });
    await change(id, { status: 'open' });
    expect(await facts(id)).toEqual([
      expect.objectContaining({ from: 'spam', messageId: question.id, openedAt: question.receivedAt }),
    ]);
    expect((await change(id, { status: 'resolved' })).body).toMatchObject({ code: 'customer_waits' });
    await change(id, { status: 'resolved', reason: 'duplicate' });
    await change(id, { status: 'open' });
    expect(await facts(id)).toHaveLength(1); // only spam was a mistake
  });
});
