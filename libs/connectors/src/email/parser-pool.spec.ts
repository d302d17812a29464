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
  secrets: [{ imapPassword: 'marker-secret' }],
};
const envelope = { from: 'a@customer.test', rcpt: ['help@shop.test'], receivedAt: new Date('2026-11-20T10:00:00Z') };
/** A thread that does what the subject says: answer, hang, die, eat memory. */
const workerUrl = pathToFileURL(join(import.meta.dirname, 'fixtures', 'hostile-worker.mjs'));
const mail = (subject: string) => Buffer.from(`From: a@customer.test\nSubject: ${subject}\n\nhello\n`);

let pool: MailParserPool;
const open = (options: object = {}) => {
  pool = new MailParserPool({ workerUrl, timeoutMs: 1_500, ...options });
  pool.start();
  return pool;
};
afterEach(() => pool.stop());

describe('the pool of mail parsers', () => {
  it('gives back what the thread read, files as buffers, and never hands it secrets', async () => {
    const item = await open().parse(mail('answer'), envelope, channel);
    expect(item.text).toBe('read; secrets: []');
    const [file] = item.attachments as InlineFile[];
    expect(Buffer.isBuffer(file!.content)).toBe(true);
    expect(file!.content.toString()).toContain('hello');
  });

  it.each([
    ['hang', /took longer than 1.5 s/],
    ['die', /no more/],
    ['exit', /the parser ended/],
    ['eat', /memory/i],
  ])('a mail that makes the thread %s comes with its original, and the next one is read', async (subject, why) => {
    open({ memoryMb: 24, timeoutMs: subject === 'hang' ? 1_500 : 20_000 });
    const [bad, good] = await Promise.all([
      pool.parse(mail(subject), envelope, channel),
      pool.parse(mail('answer'), envelope, channel),
    ]);
    expect(bad.parseProblem).toMatch(why);
    expect(bad.subject).toBe(subject);
    expect((bad.attachments[0] as InlineFile).content.equals(mail(subject))).toBe(true);
    expect(good.text).toContain('read');
  });

  it('loses nothing that is under way when it stops', async () => {
    const waiting = [
      open({ timeoutMs: 60_000 }).parse(mail('hang'), envelope, channel),
      pool.parse(mail('answer'), envelope, channel),
    ];
    await pool.stop();
    for (const item of await Promise.all(waiting)) expect(item.parseProblem).toMatch(/the server is stopping/);
  });

  it('says so when it was never started', async () => {
    pool = new MailParserPool({ workerUrl });
    await expect(pool.parse(mail('answer'), envelope, channel)).rejects.toThrow('call start() first');
  });

  it('reads in its own thread where it runs from sources', async () => {
    pool = new MailParserPool();
    pool.start();
    expect((await pool.parse(mail('x'), envelope, channel)).text).toBe('hello');
  });
});
