import type { ConversationView, EventPayloads } from '#contracts';
import { newId } from '#kernel';
import { mail, sms } from '../testing/arrivals.js';
import { InboxApp } from '../testing/inbox-app.js';

describe('merging and splitting conversations', () => {
  let inbox: InboxApp;
  beforeAll(async () => (inbox = await InboxApp.start()));
  afterAll(() => inbox.close());
  let n = 0;
  const phone = () => `+1555600${String(++n).padStart(4, '0')}`;
  const post = <T = ConversationView & { code?: string }>(path: string, body: unknown = {}) =>
    inbox.call<T>('POST', `conversations/${path}`, body);
  const seqs = async (id: string) => (await inbox.messages(id)).map((m) => [m.seq, m.kind, m.text]);

  /** A resolved conversation and, much later, an open one of the same customer. */
  const two = async (from = phone()) => {
    const [first] = await inbox.arrive(sms(from, 'first'));
    await inbox.call('PATCH', `conversations/${first!.id}`, { status: 'resolved', reason: 'no_reply_needed' });
    const [second] = await inbox.arrive(sms(from, 'second', { receivedAt: '2026-12-20T09:00:00.000Z' }));
    return { from, first: first!, second: second! };
  };

  it('continues a conversation resolved long ago in a new one, linked', async () => {
    const { first, second } = await two();
    expect(second.id).not.toBe(first.id);
    expect(second.links).toEqual([{ kind: 'continues', conversationId: first.id, direction: 'to' }]);
  });

  it('merges, and later messages follow into the living one', async () => {
    const { from, first, second } = await two();
    const answer = await post(`${second.id}/merge`, { intoId: first.id });
    expect(answer).toMatchObject({ status: 200, body: { id: first.id } });
    const merged = await inbox.get<ConversationView>(`conversations/${second.id}`);
    expect(merged).toMatchObject({ status: 'resolved', mergedIntoId: first.id });
    expect(await post(`${second.id}/replies`, { clientId: newId(), text: 'x', seenSeq: 99 })).toMatchObject({
      status: 409,
      body: { code: 'conversation_merged' },
    });
    const [next] = await inbox.arrive(sms(from, 'third', { receivedAt: '2026-11-21T09:00:00.000Z' }));
    expect(next!.id).toBe(first.id);
    const back = await post(`${second.id}/unmerge`);
    expect(back).toMatchObject({ status: 200, body: { id: second.id, mergedIntoId: null, status: 'open' } });
    expect((await inbox.events(second.id)).map((e) => e.seq)).toEqual([1, 2, 3, 4]);
    expect(await post(`${second.id}/unmerge`)).toMatchObject({ status: 409, body: { code: 'not_merged' } });
  });

  it('follows a mail answer to a merged conversation', async () => {
    const address = `merge${++n}@customer.test`;
    const [first] = await inbox.arrive(mail(address, 'first'));
    await post(`${first!.id}/replies`, { clientId: newId(), text: 'answer', seenSeq: 1 });
    const replied = (await inbox.events(first!.id)).at(-1)!.payload as unknown as EventPayloads['message.replied'];
    await inbox.call('PATCH', `conversations/${first!.id}`, { status: 'resolved' });
    const [second] = await inbox.arrive(mail(address, 'second', { receivedAt: '2026-12-20T09:00:00.000Z' }));
    await post(`${first!.id}/merge`, { intoId: second!.id });
    const [third] = await inbox.arrive(
      mail(address, 'third', { mail: { inReplyTo: replied.outbound.mail!.messageId } }),
    );
    expect(third!.id).toBe(second!.id);
  });

  it("merges nobody's conversations with another person's", async () => {
    const [a, b] = await inbox.arrive(sms(phone()), sms(phone()));
    expect(await post(`${a!.id}/merge`, { intoId: b!.id })).toMatchObject({
      status: 409,
      body: { code: 'different_customers' },
    });
    expect((await post(`${a!.id}/merge`, { intoId: a!.id })).status).toBe(400);
    expect((await post(`${a!.id}/merge`, { intoId: newId() })).status).toBe(404);
    for (const body of [{}, { intoId: 5 }, { intoId: null }, { intoId: ['a'] }]) {
      expect((await post(`${a!.id}/merge`, body)).status).toBe(400);
    }
  });

  it('splits the end off, both sides numbered without a gap, and takes it back by a merge', async () => {
    const from = phone();
    const [old] = await inbox.arrive(sms(from, 'a'), sms(from, 'b'), sms(from, 'c'));
    await post(`${old!.id}/replies`, { clientId: newId(), text: 'd', seenSeq: 3 });
    const answer = await post(`${old!.id}/split`, { fromSeq: 3 });
    expect(answer).toMatchObject({ status: 201, body: { status: 'open', seq: 3, preview: 'd' } });
    expect(await seqs(old!.id)).toEqual([
      [1, 'inbound', 'a'],
      [2, 'inbound', 'b'],
      [3, 'system', ''],
    ]);
    expect(await seqs(answer.body.id)).toEqual([
      [1, 'inbound', 'c'],
      [2, 'reply', 'd'],
      [3, 'system', ''],
    ]);
    expect(await inbox.get(`conversations/${old!.id}`)).toMatchObject({ seq: 3, preview: 'b' });
    const [next] = await inbox.arrive(sms(from, 'e'));
    expect(next!.id).toBe(old!.id);
    expect((await post(`${answer.body.id}/merge`, { intoId: old!.id })).status).toBe(200);
    // what was answered stays answered on its own side only
    expect((await inbox.call('PATCH', `conversations/${old!.id}`, { status: 'resolved' })).status).toBe(409);
  });

  it('refuses a split that leaves a side empty, and wrong shapes', async () => {
    const [one] = await inbox.arrive(sms(phone()));
    for (const fromSeq of [1, 2, 99, 0, -1, 1.5, '2', null, {}]) {
      expect([fromSeq, (await post(`${one!.id}/split`, { fromSeq })).status]).toEqual([fromSeq, 400]);
    }
  });
});
