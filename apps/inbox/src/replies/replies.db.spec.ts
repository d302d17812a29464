import type { ConversationView, EventPayloads, MessageView, ReplyRecipientsView } from '#contracts';
import { idFrom, newId, verifyReplyToken } from '#kernel';
import { CHANNELS, form, mail, sms } from '../testing/arrivals.js';
import { InboxApp } from '../testing/inbox-app.js';

describe('replies and notes over HTTP', () => {
  let inbox: InboxApp;
  beforeAll(async () => (inbox = await InboxApp.start()));
  afterAll(() => inbox.close());
  const agent = { role: 'agent' as const, personId: idFrom('agent'), teamIds: [] as string[] };
  let n = 0;
  const phone = () => `+1555400${String(++n).padStart(4, '0')}`;
  const address = () => `customer${++n}@customer.test`;
  const reply = (id: string, body: Record<string, unknown>, who: object = agent) =>
    inbox.call<MessageView & { code?: string; newer?: MessageView[] }>(
      'POST',
      `conversations/${id}/replies`,
      { clientId: newId(), text: 'Here you are', seenSeq: 1, ...body },
      who,
    );
  const sent = async (id: string) =>
    (await inbox.events(id)).filter((e) => e.type === 'message.replied').at(-1)!
      .payload as unknown as EventPayloads['message.replied'];

  it('answers a mail with everything the sender needs', async () => {
    const from = address();
    const arrival = mail(from, 'Where?', {
      subject: 'RE: Parcel',
      mail: { references: ['<a@x>', '<b@x>'], cc: [{ address: 'eve@evil.test', name: '' }] },
    });
    const [{ id }] = (await inbox.arrive(arrival)) as [ConversationView];
    const answer = await reply(id, { html: '<p>Here</p>' });
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({
      kind: 'reply',
      seq: 2,
      delivery: { state: 'queued' },
      to: [{ address: from }],
      authorId: agent.personId,
    });
    const { outbound, answersSeq, human } = await sent(id);
    expect({ answersSeq, human }).toEqual({ answersSeq: 1, human: true });
    expect(outbound).toMatchObject({
      messageId: answer.body.id,
      channelId: CHANNELS.email,
      to: [{ address: from }],
      cc: [], // CC of an unauthenticated mail gets no copy (security.md H6)
      subject: 'Re: Parcel',
      text: 'Here you are',
      mail: { inReplyTo: arrival.mail!.messageId, references: ['<a@x>', '<b@x>', arrival.mail!.messageId] },
    });
    expect(outbound.mail!.messageId).toMatch(/^<[0-9a-f]{32}@shop\.test>$/);
    const token = /\+(c[a-z2-7]{34})@/.exec(outbound.mail!.replyTo)![1]!;
    expect(verifyReplyToken('test-secret', CHANNELS.email, id, token)).toBe(true);
  });

  it("joins the customer's answer by our Message-ID and by our reply address, and refuses a stranger", async () => {
    const from = address();
    const [{ id }] = (await inbox.arrive(mail(from))) as [ConversationView];
    await reply(id, {});
    const { outbound } = await sent(id);
    const token = /\+(c[a-z2-7]{34})@/.exec(outbound.mail!.replyTo)![1]!;
    const [byId] = await inbox.arrive(mail(from, 'by id', { mail: { inReplyTo: outbound.mail!.messageId } }));
    const [byToken] = await inbox.arrive(
      mail(from, 'by token', { mail: { tokens: [{ address: 'help@shop.test', token: token.toUpperCase() }] } }),
    );
    const [stranger] = await inbox.arrive(
      mail('mallory@evil.test', 'mine now', { mail: { inReplyTo: outbound.mail!.messageId } }),
    );
    expect([byId!.id, byToken!.id]).toEqual([id, id]);
    expect(stranger!.id).not.toBe(id);
    expect(stranger!.links).toEqual([{ kind: 'claims', conversationId: id, direction: 'to' }]);
    expect((await inbox.messages(stranger!.id)).map((m) => m.kind)).toEqual(['inbound', 'system']);
  });

  it('stops a reply that crosses another, and lets it through when confirmed', async () => {
    const from = phone();
    const [{ id }] = (await inbox.arrive(sms(from))) as [ConversationView];
    await inbox.call('POST', `conversations/${id}/notes`, { clientId: newId(), text: 'mine' }, agent);
    expect((await reply(id, {})).status).toBe(202); // a note does not count
    await inbox.arrive(sms(from, 'one more thing'));
    const refused = await reply(id, { seenSeq: 3 });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'newer_messages', newer: [{ seq: 4, text: 'one more thing' }] },
    });
    expect((await reply(id, { seenSeq: 3, confirm: true })).status).toBe(202);
    expect((await reply(id, { seenSeq: 5 })).status).toBe(202);
  });

  it('lets one of two agents win who send at once', async () => {
    const [{ id }] = (await inbox.arrive(sms(phone()))) as [ConversationView];
    const statuses = await Promise.all([reply(id, {}), reply(id, {}), reply(id, {})]);
    expect(statuses.map((answer) => answer.status).sort()).toEqual([202, 409, 409]);
  });

  it('gives the same message for the same clientId, twenty times at once', async () => {
    const [{ id }] = (await inbox.arrive(sms(phone()))) as [ConversationView];
    const clientId = newId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => reply(id, { clientId })));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect((await inbox.messages(id)).map((m) => m.kind)).toEqual(['inbound', 'reply']);
  });

  it('numbers replies and arrivals that race without a gap', async () => {
    const from = phone();
    const [{ id }] = (await inbox.arrive(sms(from))) as [ConversationView];
    await Promise.all([
      ...Array.from({ length: 10 }, (_, i) => inbox.arrive(sms(from, `in ${i}`))),
      ...Array.from({ length: 10 }, () => reply(id, { confirm: true })),
    ]);
    const messages = await inbox.messages(id);
    expect(messages.map((m) => m.seq)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
    expect((await inbox.events(id)).map((e) => e.seq)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  });

  it('answers on another channel of the customer, and says when there is none', async () => {
    const [{ id }] = (await inbox.arrive(form('dora-77'), sms(phone()))) as [ConversationView];
    expect(await reply(id, { channelId: CHANNELS.sms })).toMatchObject({ status: 400, body: { code: 'no_recipient' } });
    expect((await reply(id, { channelId: CHANNELS.sms, to: ['+15554009999'] })).status).toBe(202);
    expect(await sent(id)).toMatchObject({ answersSeq: 0, outbound: { to: [{ address: '+15554009999' }] } });
    expect(await reply(id, { seenSeq: 2, channelId: newId() })).toMatchObject({
      status: 400,
      body: { code: 'unknown_channel' },
    });
    expect((await reply(id, { seenSeq: 2 })).status).toBe(202);
    expect(await sent(id)).toMatchObject({
      answersSeq: 1,
      outbound: { to: [{ address: 'dora-77' }], mail: null, subject: null },
    });
  });

  it('tells before sending whom a reply goes to, and sends it there', async () => {
    const from = address();
    const [{ id }] = (await inbox.arrive(
      mail(from, 'Both of us ask', {
        mail: { authentication: 'pass', cc: [{ address: 'Anna@home.test', name: 'Anna' }], replyTo: null },
      }),
    )) as [ConversationView];
    const told = await inbox.get<ReplyRecipientsView>(`conversations/${id}/recipients`, agent);
    expect(told).toMatchObject({
      to: [{ address: from }],
      cc: [{ name: 'Anna' }],
      copied: [],
      customer: [from],
    });
    expect(told.known).toEqual(expect.arrayContaining([from, 'anna@home.test']));
    await reply(id, {});
    const { outbound } = await sent(id);
    expect({ to: outbound.to, cc: outbound.cc }).toEqual({ to: told.to, cc: told.cc });
    await reply(id, { seenSeq: 2, cc: [] });
    expect((await sent(id)).outbound).toMatchObject({ to: [{ address: from }], cc: [] });
  });

  it('shows whom an unproven mail copies, and leaves them out until somebody adds them', async () => {
    const from = address();
    const [{ id }] = (await inbox.arrive(
      mail(from, 'Me too', { mail: { cc: [{ address: 'eve@evil.test', name: '' }] } }),
    )) as [ConversationView];
    const told = await inbox.get<ReplyRecipientsView>(`conversations/${id}/recipients`, agent);
    expect(told).toMatchObject({ to: [{ address: from }], cc: [], copied: [{ address: 'eve@evil.test' }] });
    expect(told.known).not.toContain('eve@evil.test');
  });

  it('never takes a reply to somebody else for an answer to the customer, not the second one either', async () => {
    const from = address();
    const [{ id }] = (await inbox.arrive(mail(from))) as [ConversationView];
    for (const seenSeq of [1, 2]) {
      expect((await reply(id, { seenSeq, to: ['mill@supplier.test'] })).status).toBe(202);
      expect(await sent(id)).toMatchObject({ answersSeq: 0, outbound: { to: [{ address: 'mill@supplier.test' }] } });
    }
    await reply(id, { seenSeq: 3, to: ['mill@supplier.test'], cc: [from.toUpperCase()] });
    expect(await sent(id)).toMatchObject({ answersSeq: 1 });
  });

  it('tells the recipients of a conversation only to whom may see it, and of no channel that is not there', async () => {
    const [{ id }] = (await inbox.arrive(form('dora-78'))) as [ConversationView];
    const ask = (query: string) => inbox.call('GET', `conversations/${id}/recipients${query}`, undefined, agent);
    expect((await ask('')).body).toMatchObject({ to: [{ address: 'dora-78' }], cc: [], customer: ['dora-78'] });
    expect((await ask(`?channelId=${CHANNELS.email}`)).body).toMatchObject({ to: [], cc: [], customer: [] });
    expect((await ask(`?channelId=${newId()}`)).status).toBe(400);
    expect((await ask('?channelId=x')).status).toBe(400);
    expect((await inbox.call('GET', `conversations/${newId()}/recipients`, undefined, agent)).status).toBe(404);
  });

  it('carries attachments, uploaded or brought along, and gives them to whom may see the conversation', async () => {
    const [{ id }] = (await inbox.arrive(mail(address()))) as [ConversationView];
    const body = new FormData();
    body.append('file', new Blob(['%PDF-1.4 hello'], { type: 'text/html' }), '../../évil\u202egpj.pdf');
    const upload = await inbox.call<{ id: string; name: string }>('POST', 'attachments', body, agent);
    expect(upload).toMatchObject({ status: 201, body: { contentType: 'application/pdf', size: 14 } });
    expect(upload.body.name).toBe('évilgpj.pdf');
    const content = Buffer.from('hello').toString('base64');
    const answer = await reply(id, {
      attachments: [{ id: upload.body.id }, { name: 'a.txt', contentType: 'text/plain', content }],
    });
    expect(answer.body.attachments.map((file) => file.name)).toEqual(['évilgpj.pdf', 'a.txt']);
    const file = await inbox.call('GET', answer.body.attachments[1]!.url, undefined, agent);
    expect(file.status).toBe(302);
    expect(file.headers.get('location')).toMatch(/^\/files\//);
    expect((await inbox.call('GET', `attachments/${newId()}`)).status).toBe(404);
    expect(await reply(id, { seenSeq: 2, attachments: [{ id: newId() }] })).toMatchObject({ status: 400 });
    expect(
      await reply(id, { seenSeq: 2, attachments: [{ id: upload.body.id }] }, { ...agent, personId: newId() }),
    ).toMatchObject({ status: 202 });
    const [message] = await inbox.messages(id);
    expect((await inbox.call('GET', message!.rawUrl!, undefined, agent)).status).toBe(302);
  });

  it('keeps a draft until it is sent', async () => {
    const [{ id }] = (await inbox.arrive(sms(phone()))) as [ConversationView];
    const draft = `conversations/${id}/draft`;
    expect((await inbox.call('GET', draft, undefined, agent)).status).toBe(204);
    expect((await inbox.call('PUT', draft, { text: 'half a', kind: 'reply' }, agent)).status).toBe(204);
    expect((await inbox.call('GET', draft, undefined, agent)).body).toMatchObject({ text: 'half a', kind: 'reply' });
    expect((await inbox.call('GET', draft, undefined, { ...agent, personId: newId() })).status).toBe(204);
    await reply(id, {});
    expect((await inbox.call('GET', draft, undefined, agent)).status).toBe(204);
  });

  it('keeps the draft of the next message, begun while the one before was held', async () => {
    const [{ id }] = (await inbox.arrive(sms(phone()))) as [ConversationView];
    const draft = `conversations/${id}/draft`;
    await inbox.call('PUT', draft, { text: 'And one more', kind: 'reply' }, agent);
    expect((await reply(id, { keepDraft: true })).status).toBe(202);
    const note = { clientId: newId(), text: 'Called her.', keepDraft: true };
    expect((await inbox.call('POST', `conversations/${id}/notes`, note, agent)).status).toBe(201);
    expect((await inbox.call('GET', draft, undefined, agent)).body).toMatchObject({ text: 'And one more' });
    expect((await reply(id, { seenSeq: 3, keepDraft: 'no' })).status).toBe(400);
    await inbox.call('POST', `conversations/${id}/notes`, { clientId: newId(), text: 'Again.' }, agent);
    expect((await inbox.call('GET', draft, undefined, agent)).status).toBe(204);
  });

  describe('the draft of a reply that was readdressed', () => {
    const someone = (name: string) => ({ address: `${name}@supplier.test`, name: null });
    const named = { to: [{ address: 'mill@supplier.test', name: ' The\nmill ' }], cc: ['Eve@supplier.test'] };
    const begin = async (...arrivals: Parameters<InboxApp['arrive']>) => {
      const [{ id }] = (await inbox.arrive(...arrivals)) as [ConversationView];
      const at = `conversations/${id}/draft`;
      const keep = (body: object) => inbox.call('PUT', at, { text: 'half a', kind: 'reply', ...body }, agent);
      const kept = () => inbox.call('GET', at, undefined, agent);
      return { id, keep, kept };
    };

    it('keeps whom its author named, and on which channel, until it is sent', async () => {
      const { id, keep, kept } = await begin(mail(address()));
      expect((await keep(named)).status).toBe(204);
      const { body } = await kept();
      const to = [{ address: 'mill@supplier.test', name: 'The mill' }];
      const cc = [{ address: 'Eve@supplier.test', name: null }];
      expect(body).toMatchObject({ text: 'half a', kind: 'reply', channelId: CHANNELS.email, to, cc });
      expect((await keep({ to: [], cc: [] })).status).toBe(204);
      expect((await kept()).body).toMatchObject({ to: [], cc: [] }); // nobody yet is not the usual ones
      await keep(named);
      await reply(id, named);
      expect((await kept()).status).toBe(204);
    });

    it('says nothing of recipients that were left as proposed, as a client writes that knows of none', async () => {
      const { keep, kept } = await begin(mail(address()));
      const usual = { channelId: null, to: null, cc: null };
      expect((await keep({})).status).toBe(204);
      expect((await kept()).body).toMatchObject({ text: 'half a', ...usual });
      await keep({ cc: [someone('anna')] });
      expect((await kept()).body).toMatchObject({ channelId: CHANNELS.email, to: null, cc: [someone('anna')] });
      expect((await keep(usual)).status).toBe(204);
      expect((await kept()).body).toMatchObject({ text: 'half a', ...usual });
    });

    it('is worth keeping before its first word, and gone once it names nobody either', async () => {
      const { keep, kept } = await begin(mail(address()));
      await keep({ text: '', ...named });
      expect((await kept()).body).toMatchObject({ text: '', cc: [someone('Eve')] });
      await keep({ text: '' });
      expect((await kept()).status).toBe(204);
    });

    it('forgets them on a channel that reaches the customer alone, and keeps its words', async () => {
      const { keep, kept } = await begin(form('dora-79'), mail(address()));
      await keep({ ...named, channelId: CHANNELS.email });
      expect((await kept()).body).toMatchObject({ channelId: CHANNELS.email, cc: [someone('Eve')] });
      expect((await keep({ ...named, channelId: CHANNELS.custom })).status).toBe(204);
      expect((await kept()).body).toMatchObject({ text: 'half a', channelId: null, to: null, cc: null });
    });

    it('takes only what a reply would take', async () => {
      const { keep, kept } = await begin(mail(address()));
      const many = Array.from({ length: 101 }, (_, i) => `a${i}@b.test`);
      for (const body of [
        { to: 'a@b.test' },
        { to: ['nonsense'] },
        { to: ['a@b.test\r\nBcc: c@d.test'] },
        { to: [null] },
        { to: [{ address: 'a@b.test', name: 5 }] },
        { to: many },
        { cc: [5] },
        { cc: many },
        { to: ['a@b.test'], channelId: 'x' },
        { to: ['a@b.test'], channelId: newId() },
        { to: ['a@b.test'], channelId: CHANNELS.sms },
      ]) {
        expect([body, (await keep(body)).status]).toEqual([body, 400]);
      }
      expect((await kept()).status).toBe(204);
    });
  });

  it('refuses wrong shapes with 400, never 500', async () => {
    const [{ id }] = (await inbox.arrive(mail(address()))) as [ConversationView];
    for (const body of [
      { clientId: '' },
      { clientId: 5 },
      { clientId: 'a b' },
      { clientId: null },
      { text: 5 },
      { text: '' },
      { text: '   ' },
      { text: null },
      { text: ['a'] },
      { seenSeq: '1' },
      { seenSeq: -1 },
      { seenSeq: 1.5 },
      { seenSeq: 1e12 },
      { seenSeq: null },
      { confirm: 'yes' },
      { html: 5 },
      { channelId: 'x' },
      { channelId: {} },
      { to: 'a@b.test' },
      { to: ['nonsense'] },
      { to: ['a@b.test\r\nBcc: c@d.test'] },
      { to: [{}] },
      { to: [null] },
      { to: [{ address: 'a@b.test', name: 5 }] },
      { cc: [5] },
      { attachments: 'a' },
      { attachments: [{}] },
      { attachments: [null] },
      { attachments: ['a'] },
      { attachments: [{ id: 5 }] },
      { attachments: [{ name: 'a', content: 'not base64 !' }] },
      { unknown: 1 },
    ]) {
      const answer = await reply(id, body);
      expect([body, answer.status]).toEqual([body, 400]);
    }
    for (const body of [
      {},
      { clientId: 'x' },
      { clientId: 'x', text: ' ' },
      { clientId: 'x', text: 5 },
      [],
      'null',
      '5',
      '{',
    ]) {
      expect((await inbox.call('POST', `conversations/${id}/notes`, body)).status).toBe(400);
    }
    expect((await inbox.call('POST', 'attachments', {})).status).toBe(400);
    expect((await reply(newId(), {})).status).toBe(404);
    expect((await inbox.messages(id)).length).toBe(1);
  });
});
