import { randomUUID } from 'node:crypto';
import type { ConversationView, MessageView } from '#contracts';
import { eventually } from '#testing';
import { type Channel, connect, messagesOf, type Thread, threadWith } from './lib/customers.js';
import { type FarEnds, farEnds } from './lib/far-ends.js';
import { everyPage, rawMail as mail, sendBytes } from './lib/outsider.js';
import { Product } from './lib/product.js';

let ends: FarEnds;
let product: Product;
let email: Channel;
beforeAll(async () => {
  ends = await farEnds();
  product = await Product.start('standalone', ends.env);
  email = await connect(product, 'email');
}, 120_000);
afterAll(async () => {
  await product?.close();
  await ends?.close();
}, 30_000);

describe('mail that nobody should send', () => {
  const nested = Array.from(
    { length: 100 },
    (_, n) => `Content-Type: multipart/mixed; boundary="n${n}"\r\n\r\n--n${n}`,
  );
  const recipients = Array.from({ length: 1_000 }, (_, n) => `p${n}@crowd.test`).join(', ');
  const from = (who: string) => `From: ${who}@bad.test`;
  const cases: Record<string, Buffer> = {
    'no Message-ID': mail(from('no-id'), 'Subject: NOID', '', 'x'),
    'an empty Message-ID': mail(from('empty-id'), 'Message-ID: <>', 'Subject: EMPTYID', '', 'x'),
    'an id that another has': mail(from('same-a'), 'Message-ID: <same@bad>', 'Subject: SAMEA', '', 'x'),
    'the same id, other words': mail(from('same-b'), 'Message-ID: <same@bad>', 'Subject: SAMEB', '', 'y'),
    'broken MIME': mail(from('mime'), 'Subject: MIME', 'Content-Type: multipart/mixed; boundary="b"', '', '--c', 'x'),
    'invalid UTF-8': mail(
      from('utf'),
      'Subject: UTF',
      'Content-Type: text/plain; charset=utf-8',
      '',
      Buffer.from('ffc328', 'hex'),
    ),
    'null bytes': mail('From: "n\0l" <nul@bad.test>', 'Message-ID: <\0@bad>', 'Subject: N\0UL', '', 'x\0y'),
    'a hundred levels': mail(from('deep'), 'Subject: DEEP', ...nested, 'Content-Type: text/plain', '', 'DOWN'),
    'a bidi override': mail('From: =?utf-8?q?=E2=80=AEgro.live?= <bidi@bad.test>', 'Subject: BIDI', '', 'x'),
    'a thousand recipients': mail(from('crowd'), `To: ${recipients}`, 'Subject: CROWD', '', 'x'),
    'a name of 10 kB': mail(`From: "${'N'.repeat(10_000)}" <name@bad.test>`, 'Subject: NAME', '', 'x'),
    'an address of 5 kB': mail(`From: ${'a'.repeat(5_000)}@bad.test`, 'Subject: ADDRESS', '', 'x'),
    'a subject of 200 kB': mail(from('subject'), `Subject: SUBJECT ${'s'.repeat(200_000)}`, '', 'x'),
    'a folded header in a name': mail('From: =?utf-8?q?a=0D=0ABcc:_x?= <fold@bad.test>', 'Subject: FOLD', '', 'x'),
    '20,000 references': mail(from('refs'), `References: ${'<r@bad> '.repeat(20_000)}`, 'Subject: REFS', '', 'x'),
    '3,000 files': mail(
      from('files'),
      'Subject: FILES',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      ...new Array<string>(3_000).fill('--b\r\nContent-Disposition: attachment; filename=f\r\n\r\nx'),
      '--b--',
    ),
    '50,000 nested elements': mail(
      from('divs'),
      'Subject: DIVS',
      'Content-Type: text/html',
      '',
      '<div>'.repeat(50_000),
    ),
    'no empty line, some words': Buffer.from('Where is my parcel\r\nplease'),
    'no empty line, other words': Buffer.from('I want my money\r\nback'),
    nothing: Buffer.from(''),
  };

  it('is one visible item each, sent twice still one, and a good mail behind it is there in seconds', async () => {
    const inbound = async () => {
      const found: MessageView[] = [];
      for (const { id } of await everyPage<ConversationView>(product, `conversations?channel=${email.id}`))
        found.push(...(await messagesOf(product, id)));
      return found.filter(({ kind }) => kind === 'inbound');
    };
    const before = (await inbound()).length;
    for (let round = 0; round < 2; round++) {
      for (const [what, raw] of Object.entries(cases)) {
        expect([what, (await sendBytes(product.smtpPort, raw)).data]).toEqual([what, '250']);
      }
    }
    const began = performance.now();
    await sendBytes(product.smtpPort, mail(from('good'), 'Subject: GOOD', '', 'GOOD1'));
    await threadWith(product, 'GOOD1');
    expect(performance.now() - began).toBeLessThan(10_000);
    const all = await eventually(async () => {
      const found = await inbound();
      return found.length >= before + Object.keys(cases).length + 1 ? found : null;
    }, 20_000);
    expect(all.length).toBe(before + Object.keys(cases).length + 1);
    expect(JSON.stringify(all)).not.toMatch(/\\u0000|[\u202a-\u202e]/);
    expect((await product.get<{ items: unknown[] }>('parked')).items).toEqual([]);
  }, 90_000);

  it('goes nowhere for a stranger’s address, and to us among a thousand', async () => {
    const to = ['help@shop.test', ...Array.from({ length: 99 }, (_, n) => `p${n}@crowd.test`)];
    const { rcpt, data } = await sendBytes(product.smtpPort, mail(from('many'), 'Subject: MANY', '', 'MANY1'), to);
    expect([rcpt[0], new Set(rcpt.slice(1)), data]).toEqual(['250', new Set(['550']), '250']);
    await threadWith(product, 'MANY1');
  });
});

describe('nobody gets into another customer’s thread', () => {
  let thread: Thread;
  let ourId: string;
  let replyTo: string;
  beforeAll(async () => {
    await sendBytes(product.smtpPort, mail('From: ada@bad.test', 'Subject: Parcel', '', 'ADA1 where is it'));
    thread = await threadWith(product, 'ADA1');
    const reply = { clientId: randomUUID(), text: 'It is on its way', seenSeq: thread.messages.at(-1)!.seq };
    await product.post(`conversations/${thread.id}/replies`, reply);
    const sent = await eventually(() => ends.mail.mails.find(({ to }) => to.includes('ada@bad.test')), 15_000);
    ourId = /^message-id:\s*(<[^>]+>)/im.exec(sent.raw)![1]!;
    replyTo = /^reply-to:.*?([^\s<>"]+@shop\.test)/im.exec(sent.raw)![1]!;
  }, 40_000);

  const bent = (address: string) => address.replace(/(.)@/, (_, last: string) => `${last === 'a' ? 'b' : 'a'}@`);
  const attempts: [string, () => { header: string[]; to?: string }][] = [
    ['a stranger with our Message-ID', () => ({ header: ['From: eve1@evil.test', `In-Reply-To: ${ourId}`] })],
    [
      'a stranger with our id in References',
      () => ({ header: ['From: eve2@evil.test', `References: <x@y> ${ourId}`] }),
    ],
    ['a stranger with the reply address', () => ({ header: ['From: eve3@evil.test'], to: replyTo })],
    ['a stranger with a bit-flipped token', () => ({ header: ['From: eve4@evil.test'], to: bent(replyTo) })],
    ['a stranger with the subject number', () => ({ header: ['From: eve5@evil.test', 'Subject: Re: Parcel [#1]'] })],
    [
      'the customer in the display name',
      () => ({ header: ['From: "ada@bad.test" <eve6@evil.test>', `In-Reply-To: ${ourId}`] }),
    ],
    [
      'the customer as second author',
      () => ({ header: ['From: eve7@evil.test, ada@bad.test', `In-Reply-To: ${ourId}`] }),
    ],
    [
      'the customer as Sender and Reply-To',
      () => ({ header: ['From: eve8@evil.test', 'Sender: ada@bad.test', 'Reply-To: ada@bad.test'], to: replyTo }),
    ],
  ];
  it.each(attempts)('%s', async (what, attempt) => {
    const { header, to } = attempt();
    const words = `EVE${attempts.findIndex(([name]) => name === what)}Z`;
    const raw = mail(...header, `Message-ID: <${randomUUID()}@evil.test>`, '', words);
    expect((await sendBytes(product.smtpPort, raw, [to ?? 'help@shop.test'])).data).toBe('250');
    const found = await threadWith(product, words);
    expect(found.id).not.toBe(thread.id);
    expect(found.customer.id).not.toBe(thread.customer.id);
    expect((await messagesOf(product, thread.id)).map(({ text }) => text).join()).not.toContain(words);
  });

  it('a mail that says it is from an agent is a customer’s, and the customer’s own answer still joins', async () => {
    await sendBytes(product.smtpPort, mail('From: owner@shop.test', `In-Reply-To: ${ourId}`, '', 'AGENT1'));
    const spoof = (await threadWith(product, 'AGENT1')).messages.find(({ text }) => text.includes('AGENT1'))!;
    expect([spoof.kind, spoof.conversationId === thread.id]).toEqual(['inbound', false]);
    const own = mail('From: ada@bad.test', `In-Reply-To: ${ourId}`, '', 'ADA2 thanks, but when?');
    await sendBytes(product.smtpPort, own, [replyTo.toUpperCase()]);
    expect((await threadWith(product, 'ADA2')).id).toBe(thread.id);
  });
});
