import type { MailEnvelope } from '../connector.js';
import { receive } from './receive.js';
import { channel, envelope, fixture, mail, read } from './spec-mail.js';

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
