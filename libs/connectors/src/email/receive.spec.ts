import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newReplyToken, replyAddress } from '#kernel';
import type { ArrivedItem, ChannelAccount, InlineFile, MailEnvelope } from '../connector.js';
import { receive } from './receive.js';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name));
const channel: ChannelAccount = {
  id: 'ch_mail',
  kind: 'email',
  name: 'Help',
  address: 'help@shop.test',
  config: { address: 'help@shop.test', inbound: 'smtp', authservId: 'mail.shop.test' },
  secrets: [],
};
const receivedAt = new Date('2026-11-20T10:00:00.000Z');
const envelope: MailEnvelope = { from: 'eleni@customer.test', rcpt: ['help@shop.test'], receivedAt };
const read = (raw: Buffer | string, over: Partial<MailEnvelope> = {}): Promise<ArrivedItem> =>
  receive.parseMail(Buffer.from(raw), { ...envelope, ...over }, channel);
/** A mail with these lines as its header. */
const mail = (header: string, body = 'Hello') =>
  `${header.trim()}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${body}\n`;

describe('a mail', () => {
  it('comes as one item with everything in it', async () => {
    const item = await read(fixture('plain.eml'));
    expect(item).toMatchObject({
      externalId: '<order-1@customer.test>',
      from: {
        kind: 'email',
        scope: '',
        address: 'eleni@customer.test',
        display: 'Eleni@Customer.test',
        name: 'Ελένη Παπαδάκη',
      },
      subject: 'Η παραγγελία μου',
      text: 'Καλημέρα, πού είναι η παραγγελία μου;',
      html: null,
      attachments: [],
      automatic: false,
      channelTimestamp: null,
      mail: {
        class: 'human',
        messageId: '<order-1@customer.test>',
        inReplyTo: '<reply-1@shop.test>',
        references: ['<first@shop.test>', '<reply-1@shop.test>'],
        tokens: [],
        to: [{ address: 'help@shop.test', name: 'Shop' }],
        cc: [{ address: 'partner@customer.test', name: '' }],
        replyTo: null,
        authentication: 'pass',
      },
    });
    expect(item.dedupeKey).toBe(`mail:${receive.mailKey(fixture('plain.eml'))}`);
    expect(item.parseProblem).toBeUndefined();
  });

  it('starts its clock at INTERNALDATE, never after our receipt and never at Date', async () => {
    const at = async (internalDate: Date) => (await read(fixture('plain.eml'), { internalDate })).channelTimestamp;
    expect(await at(new Date('2026-11-20T09:58:02Z'))).toBe('2026-11-20T09:58:02.000Z');
    expect(await at(new Date('2026-11-20T23:00:00Z'))).toBe('2026-11-20T10:00:00.000Z');
  });

  it('brings its files under safe names, by what their bytes are, and an invitation once', async () => {
    const item = await read(fixture('picture.eml'));
    expect(
      (item.attachments as InlineFile[]).map(({ name, contentType, cid }) => ({ name, contentType, cid })),
    ).toEqual([
      { name: 'cup.png', contentType: 'image/png', cid: 'cup@customer.test' },
      { name: 'invite.ics', contentType: 'text/calendar', cid: undefined },
    ]);
    expect(item.html).toContain('cid:cup@customer.test');
    expect(item.text).toBe('See');
    expect(item.mail!.class).toBe('calendar');
    expect(item.automatic).toBe(false);
  });

  it.each([
    ['iso-8859-16', [0xba, 0xfe, 0xe3], 'șță'],
    ['windows-1253', [0xe1, 0xe2, 0xdc], 'αβά'],
    ['windows-1250', [0xba, 0xfe, 0xe3], 'şţă'],
    ['windows-1256', [0xd3, 0xe1, 0xc7, 0xe3], 'سلام'],
    ['iso-8859-2', [0xf5, 0xfb], 'őű'],
    ['koi8-r', [0xd0, 0xd2, 0xc9], 'при'],
  ])('is read in %s', async (charset, bytes, text) => {
    const head = `From: a@customer.test\nContent-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: 8bit\n\n`;
    expect((await read(Buffer.concat([Buffer.from(head), Buffer.from(bytes)]))).text).toBe(text);
  });

  it('loses NUL and lone surrogates, keeps ZWNJ', async () => {
    expect((await read(mail('From: a@customer.test', 'می\u200cخواهم a\u0000b'))).text).toBe('می\u200cخواهم ab');
  });
});

describe('who a mail is from', () => {
  const from = async (header: string, over: Partial<MailEnvelope> = {}) => (await read(mail(header), over)).from;

  it('two authors: the one that Sender names, else the first', async () => {
    const both = 'From: Anna <anna@customer.test>, Bela <bela@customer.test>';
    expect((await from(both)).address).toBe('anna@customer.test');
    expect((await from(`${both}\nSender: bela@customer.test`)).address).toBe('bela@customer.test');
  });

  it('two From fields: the first, which the receipt key reads too', async () => {
    expect((await from('From: a@customer.test\nFrom: b@customer.test')).address).toBe('a@customer.test');
  });

  it('a name that is another address is a disguise and not shown', async () => {
    expect(await from('From: "support@bank.test" <x@evil.test>')).toMatchObject({ address: 'x@evil.test', name: null });
  });

  it('a name with an override control is shown without it', async () => {
    expect((await from('From: "Anna \u202egnp.exe" <a@customer.test>')).name).toBe('Anna gnp.exe');
  });

  it('a look-alike domain is another address', async () => {
    expect((await from('From: a@сustomer.test')).address).toBe('a@xn--ustomer-xjg.test');
  });

  it('nobody: the envelope’s sender; no envelope either: an address of its own, so that strangers stay apart', async () => {
    expect((await from('Subject: x')).address).toBe('eleni@customer.test');
    const one = await from('Subject: one', { from: '' });
    const two = await from('Subject: two', { from: '' });
    expect(one.address).toMatch(/^unknown-[0-9a-f]{16}@invalid$/);
    expect(one.address).not.toBe(two.address);
  });

  it('an empty group is nobody', async () => {
    expect((await from('From: undisclosed:;')).address).toBe('eleni@customer.test');
  });
});

describe('what a mail claims', () => {
  const token = newReplyToken('secret', 'ch_mail', 'conversation');
  const address = replyAddress('help@shop.test', token);

  it.each(['To', 'Cc', 'Delivered-To', 'X-Original-To'])('a token in %s is found, in any case', async (header) => {
    const item = await read(mail(`From: a@customer.test\n${header}: Shop <${address.toUpperCase()}>`));
    expect(item.mail!.tokens).toEqual([{ address: 'help@shop.test', token }]);
  });

  it('a token in the envelope is found, and each once', async () => {
    const item = await read(mail(`From: a@customer.test\nTo: ${address}`), { rcpt: [address, 'help@shop.test'] });
    expect(item.mail!.tokens).toEqual([{ address: 'help@shop.test', token }]);
  });

  it.each([
    ['', null],
    ['Message-ID: <>', null],
    ['Message-ID:  ', null],
    ['Message-ID: bare@customer.test', '<bare@customer.test>'],
    ['Message-ID: <a@b.test>', '<a@b.test>'],
  ])('%j has the id %j', async (header, id) => {
    expect((await read(mail(`From: a@customer.test\n${header}`))).mail!.messageId).toBe(id);
  });

  it('of 200 references the first and the last are kept', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `<r${index}@x.test>`);
    const { references } = (await read(mail(`From: a@customer.test\nReferences: ${ids.join('\n ')}`))).mail!;
    expect(references).toHaveLength(50);
    expect([references[0], references.at(-1)]).toEqual(['<r0@x.test>', '<r199@x.test>']);
  });
});

describe('what our border server says about the sender', () => {
  const verdict = async (header: string) => (await read(mail(`${header}\nFrom: a@customer.test`))).mail!.authentication;
  const ours = 'Authentication-Results: mail.shop.test;';

  it.each([
    [`${ours} dmarc=pass`, 'pass'],
    [`${ours} spf=pass; dmarc=fail (p=reject; dmarc=pass) header.from=x`, 'fail'],
    [`${ours} dmarc=none`, 'none'],
    [`${ours} spf=pass`, 'none'],
    ['Authentication-Results: evil.test; dmarc=pass', 'none'],
    [`Authentication-Results: evil.test; dmarc=pass\n${ours} dmarc=pass`, 'none'],
    [`${ours} dmarc=fail\n${ours} dmarc=pass`, 'fail'],
    [`${ours} spf=fail\nReceived: from x by y\n${ours} dmarc=pass`, 'none'],
    ['', 'none'],
  ])('%s', async (header, expected) => {
    expect(await verdict(header)).toBe(expected);
  });

  it('is not asked where no authserv-id is configured', async () => {
    const item = await receive.parseMail(fixture('plain.eml'), envelope, { ...channel, config: {} });
    expect(item.mail!.authentication).toBe('none');
  });
});

describe('kinds of mail', () => {
  const classOf = async (header: string, over: Partial<MailEnvelope> = {}, body?: string) =>
    (await read(mail(header, body), over)).mail!.class;

  it('a bounce names our message, who did not get it, and why', async () => {
    const item = await read(fixture('bounce.eml'), { from: '' });
    expect(item.automatic).toBe(true);
    expect(item.mail).toMatchObject({
      class: 'bounce_hard',
      bounce: {
        originalMessageId: '<our-reply-7@shop.test>',
        recipient: 'nobody@customer.test',
        status: '5.1.1',
        diagnostic: '550 5.1.1 <nobody@customer.test>: Recipient address rejected: User unknown',
      },
    });
  });

  it('a delay notice is soft, a success report no bounce', async () => {
    const report = (action: string, status: string) =>
      fixture('bounce.eml')
        .toString()
        .replace('Action: failed', `Action: ${action}`)
        .replace('Status: 5.1.1', `Status: ${status}`);
    expect((await read(report('delayed', '4.4.1'))).mail!.class).toBe('bounce_soft');
    expect((await read(report('delivered', '2.0.0'))).mail!.class).toBe('auto_reply');
  });

  it('an out-of-office note is automatic and stays visible', async () => {
    const item = await read(fixture('vacation.eml'));
    expect(item).toMatchObject({ automatic: true, text: 'Hétfőn jövök vissza.', mail: { class: 'auto_reply' } });
  });

  it.each([
    ['From: a@customer.test\nAuto-Submitted: no', 'human'],
    ['From: a@customer.test\nAuto-Submitted: auto-generated', 'auto_reply'],
    ['From: a@customer.test\nX-Auto-Response-Suppress: All', 'auto_reply'],
    ['From: a@customer.test\nPrecedence: bulk', 'list'],
    ['From: a@customer.test\nList-Id: <news.customer.test>', 'list'],
    ['From: a@customer.test\nPrecedence: list\nList-Post: <mailto:help@shop.test>', 'human'],
    ['From: help@shop.test', 'auto_reply'],
    ['From: mailer-daemon@x.test\nSubject: failure notice', 'bounce_hard'],
    ['From: a@customer.test\nSubject: Mail delivery failed', 'human'],
  ])('%j is %s', async (header, expected) => {
    expect(await classOf(header)).toBe(expected);
  });

  it('body rules hold for mailer-daemon senders only', async () => {
    const words = 'This is the qmail-send program. I was unable to deliver your message. 552 mailbox full';
    expect(await classOf('From: postmaster@x.test\nSubject: hi', {}, words)).toBe('bounce_hard');
    expect(await classOf('From: a@customer.test\nSubject: hi', {}, words)).toBe('human');
  });

  it('the null sender alone says automatic', async () => {
    expect(await classOf('From: a@customer.test', { from: '' })).toBe('auto_reply');
  });
});

describe('a mail that cannot be read', () => {
  it.each([
    ['nothing', ''],
    ['noise', Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256))],
    ['only NUL', Buffer.alloc(1000)],
    ['only a header', 'From: a@customer.test\nSubject: x'],
    ['a boundary without end', 'From: a@customer.test\nContent-Type: multipart/mixed; boundary=""\n\n--\n--\n'],
    ['a header without end', `From: a@customer.test\nX: ${'y'.repeat(3_000_000)}`],
    ['nesting 300 deep', nested(300)],
    ['30,000 attachments', crowd(30_000)],
    ['10,000 header lines', `${'X-A: b\n'.repeat(10_000)}From: a@customer.test\n\nhi`],
    ['50,000 nested elements', `From: a@customer.test\nContent-Type: text/html\n\n${'<div>'.repeat(50_000)}deep`],
    [
      'a thousand recipients',
      mail(`From: a@customer.test\nTo: ${Array.from({ length: 1000 }, (_, i) => `u${i}@x.test`).join(',\n ')}`),
    ],
  ])('%s is still one item', async (_what, raw) => {
    const item = await read(raw);
    expect(item.dedupeKey).toBe(`mail:${receive.mailKey(Buffer.from(raw))}`);
    expect(item.from.address).not.toBe('');
    expect(JSON.stringify({ ...item, attachments: [] })).not.toContain('\\u0000');
  });

  it('keeps its header and brings the original along', async () => {
    const raw = crowd(30_000);
    const item = await read(raw);
    expect(item).toMatchObject({ from: { address: 'anna@customer.test' }, subject: 'Köszönöm', text: '' });
    expect(item.parseProblem).toMatch(/could not be rendered .*the original is attached/);
    const [original] = item.attachments as InlineFile[];
    expect(original).toMatchObject({ name: 'original.eml', contentType: 'message/rfc822' });
    expect(original!.content.equals(Buffer.from(raw))).toBe(true);
  });
});

describe('the receipt key of a mail', () => {
  const original = fixture('plain.eml').toString();
  const key = (text: string) => receive.mailKey(Buffer.from(text));

  it('is the same for the same mail by another way', () => {
    const relayed = `Received: from elsewhere by mail.shop.test; Fri\n${original}`;
    expect(key(relayed.replaceAll('\n', '\r\n'))).toBe(key(original));
    expect(key(`${original}\r\n\r\n`)).toBe(key(original));
    expect(key(original.replace('References: <first@shop.test>', 'References:\n\t<first@shop.test>'))).toBe(
      key(original),
    );
  });

  it('differs for another body, author, date, subject or id', () => {
    const changed = [
      original.replace('Καλημέρα', 'Καλησπέρα'),
      original.replace('<Eleni@', '<Maria@'),
      original.replace('11:58:00', '11:58:01'),
      original.replace('_=CE=BC', '_=CE=BD'),
      original.replace('<order-1@', '<order-2@'),
      original.replace('Message-ID: <order-1@customer.test>\n', ''),
    ];
    expect(new Set([original, ...changed].map(key)).size).toBe(7);
  });

  it('an empty Message-ID is none', () => {
    const without = original.replace('Message-ID: <order-1@customer.test>\n', '');
    expect(key(original.replace('<order-1@customer.test>', '<>'))).toBe(key(without));
  });

  it('takes 40 MB of carriage returns in good time', () => {
    const started = performance.now();
    expect(receive.mailKey(Buffer.alloc(40_000_000, 0x0d))).toMatch(/^[0-9a-f]{64}$/);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

function nested(depth: number): string {
  const open = Array.from(
    { length: depth },
    (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\n\n--b${n}\n`,
  ).join('');
  return `From: a@customer.test\n${open}Content-Type: text/plain\n\nat the bottom\n`;
}

function crowd(parts: number): string {
  const part = '--b\nContent-Type: application/x-a\nContent-Disposition: attachment\n\nx\n';
  return `From: Anna <anna@customer.test>\nSubject: =?utf-8?Q?K=C3=B6sz=C3=B6n=C3=B6m?=\nContent-Type: multipart/mixed; boundary=b\n\n${part.repeat(parts)}--b--\n`;
}
