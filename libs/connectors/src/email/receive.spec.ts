import { newReplyToken, replyAddress } from '#kernel';
import type { InlineFile, MailEnvelope } from '../connector.js';
import { receive } from './receive.js';
import { fixture, mail, read } from './spec-mail.js';

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
