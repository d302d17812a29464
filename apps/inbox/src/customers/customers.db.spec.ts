import type { ConversationView, CustomerView, Page } from '#contracts';
import { idFrom, newId } from '#kernel';
import { mail, sms } from '../testing/arrivals.js';
import { InboxApp } from '../testing/inbox-app.js';

describe('customers over HTTP', () => {
  let inbox: InboxApp;
  beforeAll(async () => (inbox = await InboxApp.start()));
  afterAll(() => inbox.close());
  let n = 0;
  const phone = () => `+1555700${String(++n).padStart(4, '0')}`;
  const address = () => `person${++n}@customer.test`;
  const call = <T = CustomerView & { code?: string; customerId?: string }>(
    method: string,
    path: string,
    body?: unknown,
    who?: object,
  ) => inbox.call<T>(method, `customers/${path}`, body, who);
  const conversation = (id: string) => inbox.get<ConversationView>(`conversations/${id}`);
  const texts = async (id: string) => (await inbox.messages(id)).filter((m) => m.kind === 'inbound').map((m) => m.text);

  it('shows who wrote, and changes their profile', async () => {
    const from = address();
    const [{ customer, id }] = (await inbox.arrive(
      mail(from, 'hi', { from: { kind: 'email', scope: '', address: from, display: from, name: 'Ada \u202eByron' } }),
    )) as [ConversationView];
    expect(customer.displayName).toBe('Ada Byron');
    expect((await call('GET', customer.id)).body).toMatchObject({
      displayName: 'Ada Byron',
      addresses: [{ kind: 'email', address: from, verified: false, shared: false }],
      mergedIntoId: null,
    });
    const patch = {
      displayName: 'Countess Lovelace',
      language: 'el',
      timeZone: 'Europe/Athens',
      notes: 'Prefers SMS',
      tags: ['gold'],
    };
    expect(await call('PATCH', customer.id, patch)).toMatchObject({ status: 200, body: patch });
    expect((await conversation(id)).customer.displayName).toBe('Countess Lovelace');
    expect((await inbox.events(customer.id)).at(-1)).toMatchObject({
      type: 'customer.changed',
      payload: { conversationIds: [id] },
    });
    const found = await inbox.get<Page<CustomerView>>('customers?q=countess');
    expect(found.items.map((c) => c.id)).toEqual([customer.id]);
    expect((await inbox.get<Page<CustomerView>>(`customers?q=${from}`)).items).toHaveLength(1);
  });

  it('names the nameless when a name comes', async () => {
    const from = address();
    const [before] = await inbox.arrive(mail(from, 'no name'));
    expect(before!.customer.displayName).toBe(from);
    const [after] = await inbox.arrive(
      mail(from, 'with name', { from: { kind: 'email', scope: '', address: from, display: from, name: 'Nadia' } }),
    );
    expect(after).toMatchObject({ id: before!.id, customer: { displayName: 'Nadia' } });
  });

  it('joins mail of a linked address to the open conversation', async () => {
    const [one] = await inbox.arrive(sms(phone()));
    const from = address();
    const linked = await call('POST', `${one!.customer.id}/addresses`, { kind: 'email', address: from.toUpperCase() });
    expect(linked).toMatchObject({ status: 201, body: { addresses: [{ kind: 'phone' }, { kind: 'email' }] } });
    expect((await call('POST', `${one!.customer.id}/addresses`, { kind: 'email', address: from })).status).toBe(201);
    const [joined] = await inbox.arrive(mail(from, 'now by mail'));
    expect(joined).toMatchObject({ id: one!.id, channelKinds: ['sms', 'email'] });
  });

  it('refuses an address of somebody else and says whose it is', async () => {
    const taken = address();
    const [owner, other] = await inbox.arrive(mail(taken), sms(phone()));
    expect(await call('POST', `${other!.customer.id}/addresses`, { kind: 'email', address: taken })).toMatchObject({
      status: 409,
      body: { code: 'address_taken', customerId: owner!.customer.id },
    });
  });

  it('merges two people with an open conversation each and parts them again, each with its own (T14)', async () => {
    const [a, b] = [phone(), phone()];
    const [one, two] = await inbox.arrive(sms(a, 'a1'), sms(b, 'b1'));
    const [idA, idB] = [one!.customer.id, two!.customer.id];
    const merged = await call('POST', `${idB}/merge`, { intoId: idA });
    expect(merged).toMatchObject({ status: 200, body: { id: idA, mergedIds: [idB] } });
    expect(merged.body.addresses.map((p) => p.address).sort()).toEqual([a, b].sort());
    expect((await call('GET', idB)).body.mergedIntoId).toBe(idA);
    expect((await conversation(two!.id)).customer.id).toBe(idA);
    await inbox.arrive(sms(a, 'a2'), sms(b, 'b2'), sms(b, 'b3'), sms(a, 'a3'));
    expect((await inbox.get<Page<ConversationView>>(`conversations?customer=${idB}`)).items).toHaveLength(2);
    expect(await call('POST', `${idB}/unmerge`)).toMatchObject({ status: 200, body: { id: idB, mergedIntoId: null } });
    await inbox.arrive(sms(a, 'a4'), sms(b, 'b4'));
    expect(await texts(one!.id)).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(await texts(two!.id)).toEqual(['b1', 'b2', 'b3', 'b4']);
    expect((await conversation(two!.id)).customer.id).toBe(idB);
    expect(await call('POST', `${idB}/unmerge`)).toMatchObject({ status: 409, body: { code: 'not_merged' } });
    // both may be worked on as before: one open each
    const rows = await inbox.context.db.query(
      `select 1 from conversations where apart is not null and id = any($1::uuid[])`,
      [[one!.id, two!.id]],
    );
    expect(rows).toEqual([]);
  });

  it('keeps one thread for a merged person who had nothing open', async () => {
    const [a, b] = [phone(), phone()];
    const [one, two] = await inbox.arrive(sms(a, 'a1'), sms(b, 'b1'));
    await inbox.call('PATCH', `conversations/${two!.id}`, { status: 'resolved', reason: 'spam' });
    await call('POST', `${two!.customer.id}/merge`, { intoId: one!.customer.id });
    const [next] = await inbox.arrive(sms(b, 'b2'));
    expect(next!.id).toBe(one!.id);
  });

  it('merges a chain and parts it in the middle', async () => {
    const [a, b, c] = await inbox.arrive(sms(phone()), sms(phone()), sms(phone()));
    const ids = [a!, b!, c!].map((one) => one.customer.id) as [string, string, string];
    await call('POST', `${ids[2]}/merge`, { intoId: ids[1] });
    await call('POST', `${ids[1]}/merge`, { intoId: ids[0] });
    expect((await call('GET', ids[2])).body.mergedIntoId).toBe(ids[0]);
    await call('POST', `${ids[1]}/unmerge`);
    expect((await call('GET', ids[2])).body.mergedIntoId).toBe(ids[1]);
    expect((await conversation(c!.id)).customer.id).toBe(ids[1]);
    expect((await conversation(a!.id)).customer.id).toBe(ids[0]);
  });

  it('loses nothing when a merge and arrivals race', async () => {
    const [a, b] = [phone(), phone()];
    const [one, two] = await inbox.arrive(sms(a), sms(b));
    const bursts = Array.from({ length: 10 }, (_, i) => inbox.arrive(sms(a, `ra${i}`), sms(b, `rb${i}`)));
    const merge = call('POST', `${two!.customer.id}/merge`, { intoId: one!.customer.id });
    await Promise.all([...bursts, merge]);
    expect((await merge).status).toBe(200);
    for (const { id } of [one!, two!]) {
      const messages = await inbox.messages(id);
      expect(messages).toHaveLength(11);
      expect(messages.map((m) => m.seq)).toEqual(messages.map((_, i) => i + 1));
    }
  });

  it('hides customers whose conversations one may not see', async () => {
    const team = newId();
    const [hidden] = await inbox.arrive(sms(phone(), 'x', { channelId: newId(), channelTeamIds: [team] }));
    const stranger = { role: 'agent' as const, personId: idFrom('stranger'), teamIds: [] as string[] };
    const id = hidden!.customer.id;
    expect((await call('GET', id, undefined, stranger)).status).toBe(404);
    expect((await call('PATCH', id, { notes: 'x' }, stranger)).status).toBe(404);
    expect((await call('POST', `${id}/addresses`, { kind: 'email', address: 'a@b.test' }, stranger)).status).toBe(404);
    const [mine] = await inbox.arrive(sms(phone()));
    expect((await call('POST', `${mine!.customer.id}/merge`, { intoId: id }, stranger)).status).toBe(404);
    expect(
      (await inbox.get<Page<CustomerView>>(`customers?q=${encodeURIComponent(hidden!.customer.displayName)}`, stranger))
        .items,
    ).toEqual([]);
    expect((await call('GET', id, undefined, { ...stranger, teamIds: [team] })).status).toBe(200);
  });

  it('pages, and refuses wrong shapes with 400, never 500', async () => {
    const first = await inbox.get<Page<CustomerView>>('customers?limit=2');
    const second = await inbox.get<Page<CustomerView>>(`customers?limit=2&cursor=${first.nextCursor}`);
    expect(new Set([...first.items, ...second.items].map((c) => c.id)).size).toBe(4);
    expect((await inbox.call('GET', 'customers?cursor=WyJ4Il0')).status).toBe(400);
    const [{ customer }] = (await inbox.arrive(sms(phone()))) as [ConversationView];
    for (const body of [
      { displayName: '' },
      { displayName: 5 },
      { displayName: null },
      { displayName: 'a\nb' },
      { language: 'Greek' },
      { language: 5 },
      { timeZone: 'Nowhere/City' },
      { timeZone: {} },
      { notes: 5 },
      { notes: null },
      { tags: 'a' },
      { tags: [5] },
      { id: newId() },
      [],
    ]) {
      expect([body, (await call('PATCH', customer.id, body)).status]).toEqual([body, 400]);
    }
    for (const body of [
      {},
      { kind: 'pigeon', address: 'x' },
      { kind: 'email' },
      { kind: 'email', address: 'x' },
      { kind: 'email', address: 5 },
      { kind: 'phone', address: '123' },
      { kind: ['email'], address: 'a@b.test' },
    ]) {
      expect([body, (await call('POST', `${customer.id}/addresses`, body)).status]).toEqual([body, 400]);
    }
    for (const body of [{}, { intoId: 'x' }, { intoId: customer.id }]) {
      expect([body, (await call('POST', `${customer.id}/merge`, body)).status]).toEqual([body, 400]);
    }
    expect((await call('POST', `${customer.id}/merge`, { intoId: newId() })).status).toBe(404);
    expect((await call('GET', newId())).status).toBe(404);
    expect((await call('GET', 'x')).status).toBe(404);
  });
});
