import { createServer, type AddressInfo, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { OutboundReply } from '#contracts';
import type { ChannelAccount, ChannelError, SendContext } from '../connector.js';
import { send as sender } from './send.js';

interface Sink {
  url: string;
  mails: { from: string; to: string[]; raw: string }[];
  /** Answers RCPT TO or the end of DATA with this. */
  refuse: (stage: 'RCPT' | 'DATA', address: string) => { code: number; words: string } | 'cut' | null;
  close(): Promise<void>;
}

async function openSink(): Promise<Sink> {
  const sink: Pick<Sink, 'mails' | 'refuse'> = { mails: [], refuse: () => null };
  const refusal = (verdict: { code: number; words: string }) =>
    Object.assign(new Error(verdict.words), { responseCode: verdict.code });
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    onRcptTo(address, _session, done) {
      const verdict = sink.refuse('RCPT', address.address);
      done(verdict && verdict !== 'cut' ? refusal(verdict) : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const verdict = sink.refuse('DATA', '');
        if (verdict === 'cut') return [...server.connections].forEach(destroy);
        if (verdict) return done(refusal(verdict));
        const { mailFrom, rcptTo } = session.envelope;
        sink.mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((one) => one.address),
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(sink, {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    close: () => new Promise<void>((done) => server.close(() => done())),
  });
}

/** A server that says these lines, one each time it is spoken to, and then nothing more. */
async function openRude(lines: string[], end: 'hang' | 'cut'): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    const rest = [...lines];
    const speak = () => {
      const line = rest.shift();
      if (line !== undefined) socket.write(`${line}\r\n`);
      else if (end === 'cut') socket.destroy();
    };
    speak();
    socket.on('data', speak);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

const destroy = (connection: unknown) => (connection as { _socket: { destroy(): void } })._socket.destroy();

const channel: ChannelAccount = {
  id: 'ch_mail',
  kind: 'email',
  name: 'Help',
  address: 'help@shop.test',
  config: {},
  secrets: [{}],
};
const reply: OutboundReply = {
  deliveryId: 'd1',
  messageId: 'm1',
  conversationId: 'c1',
  channelId: 'ch_mail',
  channelKind: 'email',
  to: [{ address: 'anna@customer.test', name: 'Anna Nagy' }],
  cc: [],
  subject: 'Re: Η παραγγελία μου',
  text: 'It left this morning.\n',
  html: '<p>It left this morning.</p>',
  attachments: [],
  mail: {
    from: { address: 'help@shop.test', name: 'Shop' },
    replyTo: 'help+token@shop.test',
    messageId: '<ours-1@shop.test>',
    inReplyTo: '<theirs-1@customer.test>',
    references: ['<first@shop.test>', '<theirs-1@customer.test>'],
  },
};

let sink: Sink;
const context = (over: Partial<SendContext> = {}): SendContext => ({
  endpoints: { smtpOutUrl: sink.url },
  publicUrl: 'https://kairos.example',
  readBlob: async (sha256) => Buffer.from(`bytes of ${sha256}`),
  timeoutMs: 10_000,
  ...over,
});
const failure = async (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('it was sent')),
    (error: ChannelError) => error,
  );
const header = (raw: string, name: string) =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(raw.split('\r\n\r\n')[0]!.replace(/\r\n[ \t]+/g, ' '))?.[1];

beforeEach(async () => {
  sink = await openSink();
});
afterEach(() => sink.close());

describe('a reply by mail', () => {
  it('carries what keeps it in its thread', async () => {
    expect(await sender.send(reply, channel, context())).toEqual({ providerId: '<ours-1@shop.test>', state: 'sent' });
    const [{ from, to, raw }] = sink.mails as [Sink['mails'][0]];
    expect([from, to]).toEqual(['help@shop.test', ['anna@customer.test']]);
    expect(header(raw, 'From')).toBe('Shop <help@shop.test>');
    expect(header(raw, 'To')).toBe('Anna Nagy <anna@customer.test>');
    expect(header(raw, 'Reply-To')).toBe('help+token@shop.test');
    expect(header(raw, 'Message-ID')).toBe('<ours-1@shop.test>');
    expect(header(raw, 'In-Reply-To')).toBe('<theirs-1@customer.test>');
    expect(header(raw, 'References')).toBe('<first@shop.test> <theirs-1@customer.test>');
    expect(raw).toContain('It left this morning.');
    expect(raw).toContain('<p>It left this morning.</p>');
  });

  it('keeps the first and the last of a long chain of references', async () => {
    const references = Array.from({ length: 60 }, (_, index) => `<r${index}@x.test>`);
    await sender.send({ ...reply, mail: { ...reply.mail!, references } }, channel, context());
    const sent = header(sink.mails[0]!.raw, 'References')!.split(' ');
    expect(sent).toHaveLength(20);
    expect([sent[0], sent[1], sent.at(-1)]).toEqual(['<r0@x.test>', '<r41@x.test>', '<r59@x.test>']);
  });

  it('brings its files', async () => {
    const attachments = [{ id: 'a', name: 'invoice.pdf', contentType: 'application/pdf', size: 3, sha256: 'abc' }];
    await sender.send({ ...reply, attachments }, channel, context());
    expect(sink.mails[0]!.raw).toContain('filename=invoice.pdf');
    expect(sink.mails[0]!.raw).toContain(Buffer.from('bytes of abc').toString('base64'));
  });

  it('lets no line break of a customer into its header', async () => {
    const evil = 'x\r\nBcc: everybody@evil.test\r\nX-Evil: 1';
    const attachments = [{ id: 'a', name: evil, contentType: 'text/plain', size: 3, sha256: 'abc' }];
    const to = [{ address: 'anna@customer.test', name: evil }];
    const mail = {
      ...reply.mail!,
      from: { address: 'help@shop.test', name: evil },
      inReplyTo: `<a@b>${evil}`,
      references: [evil],
    };
    await sender.send({ ...reply, to, subject: evil, mail, attachments }, channel, context());
    expect(sink.mails[0]!.to).toEqual(['anna@customer.test']);
    expect(sink.mails[0]!.raw).not.toMatch(/^(Bcc|X-Evil):/im);
  });

  it('opens no file and no address that somebody slips in', async () => {
    const html = { path: '/etc/hostname' } as unknown as string;
    expect((await failure(sender.send({ ...reply, html }, channel, context()))).code).toBe('delivery');
    expect(sink.mails).toEqual([]);
  });
});

describe('a mail that does not go out', () => {
  it('without a server says what to set', async () => {
    const error = await failure(sender.send(reply, channel, context({ endpoints: {} })));
    expect(error).toMatchObject({
      retryable: false,
      ambiguous: false,
      reason: 'no outgoing mail server: set SMTP_OUT_URL',
    });
  });

  it.each([
    ['RCPT', 550, '5.1.1 No such person here', false],
    ['RCPT', 450, '4.2.1 Greylisted', true],
    ['DATA', 554, '5.7.1 Looks like spam', false],
    ['DATA', 451, '4.3.0 Come back', true],
    ['DATA', 421, '4.4.2 Closing, too busy', true],
    ['DATA', 552, '5.3.4 Message too big', false],
  ] as const)('refused at %s with %i is told in the server’s words', async (stage, code, words, retryable) => {
    sink.refuse = (at) => (at === stage ? { code, words } : null);
    const error = await failure(sender.send(reply, channel, context()));
    expect(error).toMatchObject({ retryable, ambiguous: false, providerCode: String(code) });
    expect(error.reason).toContain(words);
  });

  it('refused for the customer but not for the copy is a failure', async () => {
    sink.refuse = (stage, address) =>
      stage === 'RCPT' && address.startsWith('anna') ? { code: 550, words: 'No Anna' } : null;
    const cc = [{ address: 'partner@customer.test', name: null }];
    const error = await failure(sender.send({ ...reply, cc }, channel, context()));
    expect(error.reason).toContain('No Anna');
    expect(error.retryable).toBe(false);
  });

  it('refused for the copy only is sent, with a note', async () => {
    sink.refuse = (stage, address) =>
      stage === 'RCPT' && address.startsWith('partner') ? { code: 550, words: 'No partner' } : null;
    const sent = await sender.send(
      { ...reply, cc: [{ address: 'partner@customer.test', name: null }] },
      channel,
      context(),
    );
    expect(sent).toMatchObject({ state: 'sent', note: expect.stringContaining('No partner') as string });
  });

  it('to a server that is not there may be tried again', async () => {
    const error = await failure(
      sender.send(reply, channel, context({ endpoints: { smtpOutUrl: 'smtp://127.0.0.1:1' } })),
    );
    expect(error).toMatchObject({ retryable: true, ambiguous: false });
  });

  it('cut off after the last byte is ambiguous: nobody knows whether it was taken', async () => {
    sink.refuse = (stage) => (stage === 'DATA' ? 'cut' : null);
    const error = await failure(sender.send(reply, channel, context()));
    expect(error).toMatchObject({ retryable: true, ambiguous: true });
  });

  it('too large for the server says what to do instead', async () => {
    sink.refuse = (stage) => (stage === 'DATA' ? { code: 552, words: '5.3.4 Message exceeds fixed limit' } : null);
    expect((await failure(sender.send(reply, channel, context()))).reason).toMatch(/larger than.*smaller files/);
    sink.refuse = (stage) => (stage === 'RCPT' ? { code: 552, words: '5.2.2 Mailbox full' } : null);
    expect((await failure(sender.send(reply, channel, context()))).reason).toMatch(/refused it: .*Mailbox full/);
  });

  it.each([
    ['never greets', [], 'hang'],
    ['hangs up before its greeting', [], 'cut'],
    ['greets and hangs up', ['220 hello'], 'cut'],
    ['falls silent after the sender', ['220 hello', '250 ok', '250 ok'], 'hang'],
    ['hangs up at the recipient', ['220 hello', '250 ok', '250 ok'], 'cut'],
    ['hangs up instead of taking the mail', ['220 hello', '250 ok', '250 ok', '250 ok'], 'cut'],
  ] as const)('a server that %s cannot have it: tried again, not in doubt', async (_what, lines, end) => {
    const rude = await openRude([...lines], end);
    const error = await failure(
      sender.send(reply, channel, context({ endpoints: { smtpOutUrl: rude.url }, timeoutMs: 300 })),
    );
    await rude.close();
    expect(error).toMatchObject({ retryable: true, ambiguous: false });
  });

  it('taken in full and never answered is in doubt', async () => {
    const rude = await openRude(['220 hello', '250 ok', '250 ok', '250 ok', '354 go on'], 'hang');
    const error = await failure(
      sender.send(reply, channel, context({ endpoints: { smtpOutUrl: rude.url }, timeoutMs: 300 })),
    );
    await rude.close();
    expect(error).toMatchObject({ retryable: true, ambiguous: true });
  });

  it.each([
    ['454 4.7.0 Temporary authentication failure', true],
    ['535 5.7.8 Wrong password', false],
  ])('signing in answered with "%s"', async (words, retryable) => {
    const rude = await openRude(['220 hello', '250-hello\r\n250 AUTH PLAIN', words], 'hang');
    const smtpOutUrl = rude.url.replace('//', '//user:marker-secret@');
    const error = await failure(sender.send(reply, channel, context({ endpoints: { smtpOutUrl } })));
    await rude.close();
    expect(error).toMatchObject({ retryable, ambiguous: false, reason: expect.stringContaining(words) as string });
  });

  it('with a password in SMTP_OUT_URL never tells it', async () => {
    const error = await failure(
      sender.send(reply, channel, context({ endpoints: { smtpOutUrl: 'smtp://user:marker-secret@127.0.0.1:1' } })),
    );
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('marker-secret');
  });
});
