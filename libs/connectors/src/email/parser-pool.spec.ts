import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ChannelAccount, InlineFile } from '../connector.js';
import { MailParserPool } from './parser-pool.js';

const channel: ChannelAccount = {
  id: 'c',
  kind: 'email',
  name: '',
  address: 'help@shop.test',
  config: {},
  secrets: [{ someSecret: 'marker-secret' }],
};
const envelope = { from: 'a@customer.test', rcpt: ['help@shop.test'], receivedAt: new Date('2026-11-20T10:00:00Z') };
/** A process that does what the subject says: answer, hang, die, eat memory. */
const processUrl = pathToFileURL(join(import.meta.dirname, 'fixtures', 'hostile-process.mjs'));
const mail = (subject: string) => Buffer.from(`From: a@customer.test\nSubject: ${subject}\n\nhello\n`);

let pool: MailParserPool;
const open = (options: object = {}) => {
  pool = new MailParserPool({ processUrl, ...options });
  pool.start();
  return pool;
};
afterEach(() => pool.stop());

describe('the pool of mail parsers', () => {
  it('gives back what the process read, files as buffers, and hands it no secrets', async () => {
    process.env['KAIROS_SECRET_OF_THIS_SPEC'] = 'marker';
    const item = await open().parse(mail('answer'), envelope, channel);
    delete process.env['KAIROS_SECRET_OF_THIS_SPEC'];
    expect(item.text).toBe('read; secrets: []; environment: ');
    const [file] = item.attachments as InlineFile[];
    expect(Buffer.isBuffer(file!.content)).toBe(true);
    expect(file!.content.toString()).toContain('hello');
  });

  it.each([
    ['hang', /took longer than 1 s/],
    ['die', /the parser ended/],
    ['exit', /the parser ended, code 3/],
    ['killed', /the parser ended, SIGKILL/],
    ['eat', /the parser ended, SIG/],
  ])('a mail that makes the process %s comes with its original, and the next one is read', async (subject, why) => {
    open({ memoryMb: 32, timeoutMs: subject === 'hang' ? 1_000 : 25_000 });
    const [bad, good] = await Promise.all([
      pool.parse(mail(subject), envelope, channel),
      pool.parse(mail('answer'), envelope, channel),
    ]);
    expect(bad.parseProblem).toMatch(why);
    expect(bad.subject).toBe(subject);
    expect((bad.attachments[0] as InlineFile).content.equals(mail(subject))).toBe(true);
    expect(good.text).toContain('read');
  });

  it('rejects what is under way when it stops: those mails are read after the next start', async () => {
    open({ timeoutMs: 60_000 });
    const waiting = ['hang', 'answer'].map((subject) => pool.parse(mail(subject), envelope, channel));
    const outcomes = Promise.allSettled(waiting);
    await pool.stop();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringContaining('stopping') as string },
      });
    }
  });

  it('gives mails up when the process cannot even start', async () => {
    open({ processUrl: new URL('./nowhere.mjs', processUrl) });
    expect((await pool.parse(mail('answer'), envelope, channel)).parseProblem).toMatch(/does not start/);
  });

  it('says so when it was never started', async () => {
    pool = new MailParserPool({ processUrl });
    await expect(pool.parse(mail('answer'), envelope, channel)).rejects.toThrow('call start() first');
  });

  it('reads in place where it runs from sources', async () => {
    pool = new MailParserPool();
    pool.start();
    expect((await pool.parse(mail('x'), envelope, channel)).text).toBe('hello');
  });
});
