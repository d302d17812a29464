import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { createTransport } from 'nodemailer';
import type { ArrivedMessage, ChannelView, DeliveryReport } from '#contracts';
import { newId, newReplyToken, replyAddress } from '#kernel';
import { eventually } from '#testing';
import { type RunningGateway, runGateway } from '../testing/running-gateway.js';

let gateway: RunningGateway;
let help: ChannelView;
let sales: ChannelView;

beforeAll(async () => {
  gateway = await runGateway();
  help = await gateway.channel('email', { address: 'help@shop.test', inbound: 'smtp' });
  sales = await gateway.channel('email', { address: 'sales@shop.test', inbound: 'smtp' });
});
afterAll(() => gateway?.close());

/** Speaks SMTP by hand, so that any bytes can be sent; answers the code of each reply. */
async function smtp(options: { from?: string; to: string | string[]; raw: Buffer | string }): Promise<number[]> {
  const socket = net.connect(gateway.smtpPort, '127.0.0.1');
  const codes: number[] = [];
  let buffer = '';
  const waiting: ((code: number) => void)[] = [];
  socket.on('data', (chunk) => {
    buffer += chunk.toString('latin1');
    for (let match; (match = /^(?:\d{3}-.*\r\n)*(\d{3}) .*\r\n/.exec(buffer));) {
      buffer = buffer.slice(match[0].length);
      codes.push(Number(match[1]));
      waiting.shift()?.(Number(match[1]));
    }
  });
  const reply = () => new Promise<number>((done) => waiting.push(done));
  const say = (line: Buffer | string) => {
    const answer = reply();
    socket.write(line);
    return answer;
  };
  await reply();
  await say('EHLO customer.test\r\n');
  await say(`MAIL FROM:<${options.from ?? 'eleni@customer.test'}>\r\n`);
  let accepted = 0;
  for (const to of [options.to].flat()) accepted += (await say(`RCPT TO:<${to}>\r\n`)) === 250 ? 1 : 0;
  if (accepted > 0) {
    await say('DATA\r\n');
    const bytes = Buffer.from(options.raw)
      .toString('latin1')
      .replace(/(^|\r\n)\./g, '$1..');
    await say(Buffer.from(`${bytes}\r\n.\r\n`, 'latin1'));
  }
  await say('QUIT\r\n');
  socket.destroy();
  return codes;
}

const mail = (headers: Record<string, string>, text = 'Hello') =>
  `${Object.entries({ From: 'Eleni <eleni@customer.test>', To: 'help@shop.test', ...headers })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')}\r\n\r\n${text}\r\n`;

const arrived = async (subject: string) => {
  const events = await gateway.events();
  return events.map((event) => event.payload as ArrivedMessage).filter((message) => message.subject?.includes(subject));
};
const arrivedOnce = (subject: string) =>
  eventually(async () => {
    const found = await arrived(subject);
    return found.length === 1 && found[0];
  });

it('a mail from an ordinary mail program: 250, one arrival, its attachment opens', async () => {
  const transport = createTransport({ host: '127.0.0.1', port: gateway.smtpPort, secure: false, ignoreTLS: true });
  const sent = await transport.sendMail({
    from: 'Παπαδάκη <eleni@customer.test>',
    to: 'help@shop.test',
    subject: 'Παραγγελία ALPHA',
    text: 'Πού είναι;',
    attachments: [{ filename: '../../‮gpj.exe', content: Buffer.from('%PDF-1.4 hello'), contentType: 'image/jpeg' }],
  });
  transport.close();
  expect(sent.response).toMatch(/^250 2\.\d\.\d Stored as /);
  const message = await arrivedOnce('ALPHA');
  expect(message).toMatchObject({
    channelId: help.id,
    text: expect.stringContaining('Πού είναι;') as string,
    from: { kind: 'email', address: 'eleni@customer.test', name: 'Παπαδάκη' },
    attachments: [{ contentType: 'application/pdf', size: 14 }],
  });
  expect(message.attachments[0]!.name).not.toMatch(/[‮/\\]/);
  expect((await gateway.context.blobs.read(message.attachments[0]!.sha256)).toString()).toBe('%PDF-1.4 hello');
});

it('sent again after a lost 250 it is still one', async () => {
  const raw = mail({ Subject: 'BRAVO', 'Message-ID': '<bravo@customer.test>' });
  expect((await smtp({ to: 'help@shop.test', raw })).at(-2)).toBe(250);
  expect((await smtp({ to: 'help@shop.test', raw })).at(-2)).toBe(250);
  await arrivedOnce('BRAVO');
  const [row] = await gateway.context.db.query<{ n: number }>(
    `select count(*)::int as n from receipts where convert_from(raw, 'UTF8') like '%BRAVO%'`,
  );
  expect(row!.n).toBe(1);
});

it('a stranger recipient is 550; ours beside it still gets the mail', async () => {
  const codes = await smtp({ to: ['nobody@shop.test', 'help@shop.test'], raw: mail({ Subject: 'CHARLIE' }) });
  expect(codes.slice(3, 5)).toEqual([550, 250]);
  await arrivedOnce('CHARLIE');
  expect(await smtp({ to: 'nobody@elsewhere.test', raw: '' })).toContain(550);
});

it('one mail to two of our mailboxes: two receipts, one key, each channel told', async () => {
  await smtp({ to: ['help@shop.test', 'sales@shop.test'], raw: mail({ Subject: 'DELTA' }) });
  const both = await eventually(async () => {
    const found = await arrived('DELTA');
    return found.length === 2 && found;
  });
  expect(new Set(both.map((message) => message.channelId))).toEqual(new Set([help.id, sales.id]));
  expect(new Set(both.map((message) => message.dedupeKey)).size).toBe(1);
});

it('a reply address brings its token along; the null sender is kept and a bounce reports on what came back', async () => {
  const token = newReplyToken('test-secret', help.id, newId());
  await smtp({ to: replyAddress('help@shop.test', token).toUpperCase(), raw: mail({ Subject: 'ECHO' }) });
  expect((await arrivedOnce('ECHO')).mail!.tokens.map((found) => found.token)).toContain(token);

  const bounce = [
    'From: MAILER-DAEMON@mx.test',
    'To: help@shop.test',
    'Subject: Undelivered FOXTROT',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n',
    '--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; gone@x.test\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n',
    '--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours-1@shop.test>\r\nSubject: hello\r\n',
    '--b--',
  ].join('\r\n');
  await smtp({ from: '', to: 'help@shop.test', raw: bounce });
  const message = await arrivedOnce('FOXTROT');
  expect(message.automatic).toBe(true);
  const reports = await gateway.events('channel.delivery.v1');
  expect(reports.map((event) => event.payload as DeliveryReport)).toContainEqual(
    expect.objectContaining({
      messageIdHeader: '<ours-1@shop.test>',
      state: 'failed',
      reason: expect.stringContaining('no such user') as string,
    }),
  );
});

it('mail as it should not be: each is 250 and one item, nothing is lost, nothing joins another', async () => {
  const nested = `${Array.from({ length: 100 }, (_, n) => `Content-Type: multipart/mixed; boundary="n${n}"\r\n\r\n--n${n}\r\n`).join('')}Content-Type: text/plain\r\n\r\ndeep down`;
  const odd: Record<string, Buffer | string> = {
    'no message id': mail({ Subject: 'GOLF no message id' }),
    'empty message id': mail({ Subject: 'GOLF empty message id', 'Message-ID': '<>' }),
    'one id': mail({ Subject: 'GOLF one id', 'Message-ID': '<same@x.test>' }, 'the first'),
    'same id': mail({ Subject: 'GOLF same id', 'Message-ID': '<same@x.test>' }, 'quite another'),
    'broken mime': mail(
      { Subject: 'GOLF broken mime', 'Content-Type': 'multipart/mixed; boundary="never"' },
      '--nope\r\n\r\nx',
    ),
    'invalid utf-8': Buffer.concat([
      Buffer.from('From: a@b.test\r\nSubject: GOLF invalid utf-8\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'),
      Buffer.from([0xc3, 0x28, 0xff]),
    ]),
    'null byte': mail({ Subject: 'GOLF null byte' }, 'before\u0000after'),
    nested: `From: a@b.test\r\nSubject: GOLF nested\r\nMIME-Version: 1.0\r\n${nested}`,
    'bidi name': mail({ Subject: 'GOLF bidi name', From: '"abc \u202etxt.exe" <bidi@customer.test>' }),
    'no from': 'Subject: GOLF no from\r\n\r\nhello',
  };
  for (const [name, raw] of Object.entries(odd)) {
    const bytes = typeof raw === 'string' ? Buffer.from(raw, 'utf8') : raw;
    expect([name, (await smtp({ to: 'help@shop.test', raw: bytes })).at(-2)]).toEqual([name, 250]);
  }
  const messages = await eventually(async () => {
    const found = await arrived('GOLF');
    return found.length === Object.keys(odd).length && found;
  });
  expect(new Set(messages.map((message) => message.dedupeKey)).size).toBe(Object.keys(odd).length);
  expect(messages.find((message) => message.subject!.includes('bidi'))!.from.name).not.toContain('\u202e');
  expect((await smtp({ to: 'help@shop.test', raw: '' })).at(-2)).toBe(250);
});

it('a thousand recipients in the header and a thousand of ours in the envelope', async () => {
  const to = Array.from({ length: 1_000 }, (_, n) => `p${n}@x.test`).join(', ');
  const envelope = Array.from({ length: 1_000 }, (_, n) =>
    replyAddress(
      'help@shop.test',
      newReplyToken('test-secret', help.id, `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`),
    ),
  );
  const codes = await smtp({ to: envelope, raw: mail({ Subject: 'HOTEL', To: to }) });
  expect(codes.filter((code) => code === 250).length).toBeGreaterThanOrEqual(1_003);
  await arrivedOnce('HOTEL');
});

it('mails of one sender keep their order; a restart goes on with what was not read yet', async () => {
  const subjects = Array.from({ length: 30 }, (_, n) => `INDIA ${String(n).padStart(2, '0')}`);
  for (const subject of subjects.slice(0, 15)) await smtp({ to: 'help@shop.test', raw: mail({ Subject: subject }) });
  const restarting = gateway.restart(); // in the middle of reading
  await restarting;
  for (const subject of subjects.slice(15)) await smtp({ to: 'help@shop.test', raw: mail({ Subject: subject }) });
  await eventually(async () => (await arrived('INDIA')).length === 30);
  expect((await arrived('INDIA')).map((message) => message.subject)).toEqual(subjects);
});

it('a mail beyond 40 MB is refused with 552 and the next one is taken', async () => {
  const large = Buffer.concat([Buffer.from(mail({ Subject: 'JULIET' })), Buffer.alloc(41 * 1024 * 1024, 'x\r\n')]);
  expect((await smtp({ to: 'help@shop.test', raw: large })).at(-2)).toBe(552);
  const id = randomUUID();
  expect((await smtp({ to: 'help@shop.test', raw: mail({ Subject: `JULIET ${id}` }) })).at(-2)).toBe(250);
  await arrivedOnce(id);
});
