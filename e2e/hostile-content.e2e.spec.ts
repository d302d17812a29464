import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ConversationView } from '#contracts';
import { eventually } from '#testing';
import { type Channel, connect, messagesOf, threadWith } from './lib/customers.js';
import { ask, bearer, everyPage, postCustom, rawMail as mail, sendBytes } from './lib/outsider.js';
import { Product, repository } from './lib/product.js';

let product: Product;
let custom: Channel;
beforeAll(async () => {
  product = await Product.start('standalone');
  await connect(product, 'email');
  custom = await connect(product, 'custom');
}, 120_000);
afterAll(() => product?.close(), 30_000);

const signed = () => bearer(product.token);
const post = (channel: Channel, message: object) => postCustom(product, channel, message);

describe('hostile HTML and files', () => {
  const file = path.join(repository(), '../shared/corpora/hostile-html.jsonl');
  const here = existsSync(file);
  if (!here) process.stderr.write('SKIPPED: ../shared/corpora/hostile-html.jsonl is not here\n');
  const ACTIVE =
    /<\s*\/?(script|style|iframe|frame|object|embed|base|meta|link|form|input|button|textarea|svg|math|video|audio|template)\b|<[^>]*\s(on\w+|srcdoc|formaction|srcset|background|id|name|class)\s*=|<[^>]*\s(href|src)\s*=\s*"(?!https?:|mailto:|tel:|data:image\/(png|jpeg|gif|webp);|\/api\/v1\/attachments\/)|<img[^>]*\ssrc="http|style="[^"]*(url|expression|import|@|\\)/i;

  /** What stands in these is text, whatever it looks like. */
  const withoutWords = (html: string) => html.replace(/\s(alt|title)="[^"]*"/g, '');

  (here ? it : it.skip)(
    'nothing active of it leaves the API',
    async () => {
      const documents = readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .filter((_, n) => n % 5 === 0)
        .map((line) => (JSON.parse(line) as { input: string }).input);
      const send = (html: string, n: number) =>
        sendBytes(
          product.smtpPort,
          mail(
            'From: xss@bad.test',
            `Subject: XSS${n}`,
            'Content-Type: text/html; charset=utf-8',
            'Content-Transfer-Encoding: base64',
            '',
            Buffer.from(html).toString('base64').replace(/.{76}/g, '$&\r\n'),
          ),
        );
      for (const [n, html] of documents.entries()) await send(html, n);
      const messages = await eventually(async () => {
        const [conversation] = await everyPage<ConversationView>(product, 'conversations?q=xss@bad.test');
        if (!conversation || conversation.seq < documents.length) return null;
        return messagesOf(product, conversation.id);
      }, 30_000);
      expect(messages.length).toBe(documents.length);
      expect(
        messages.flatMap(({ subject, html }) => (ACTIVE.test(withoutWords(html ?? '')) ? [`${subject}: ${html}`] : [])),
      ).toEqual([]);
    },
    60_000,
  );

  it('A1 to A3: names decide nothing, types are sniffed, and what could run is a download', async () => {
    const names = [
      '.htaccess',
      '\u200b.htaccess',
      '../../etc/passwd',
      '..\\..\\x.exe',
      '\u202egpj.exe',
      'CON',
      '-rf',
      'a\0b.png',
      'n'.repeat(300),
      'x.svg',
      'x.html',
      'x.png"; filename=y',
    ];
    const contents = ['<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', '<html><script>alert(1)</script>'];
    const attachments = names.map((name, n) => ({
      name,
      contentType: 'image/png',
      content: Buffer.from(contents[n % 2]!).toString('base64'),
    }));
    expect((await post(custom, { from: { address: 'files' }, text: 'FILES1', attachments })).status).toBe(202);
    const { messages } = await threadWith(product, 'FILES1');
    expect(messages[0]!.attachments).toHaveLength(names.length);
    for (const { url, name } of messages[0]!.attachments) {
      expect(name).not.toMatch(/[\u0000-\u001f\u202a-\u202e]|\.\.[\\/]/);
      const link = await ask(product, 'GET', url, { headers: signed() });
      const place = new URL(link.headers.get('location') ?? url, product.url);
      const { headers, status } = await ask(product, 'GET', `${place.pathname}${place.search}`, { headers: signed() });
      expect([name, status, headers.get('content-type')]).toEqual([name, 200, 'application/octet-stream']);
      expect(headers.get('content-disposition')).toMatch(
        /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.~%-]*$/,
      );
      expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect((await ask(product, 'GET', url)).status).toBe(401);
    }
  }, 40_000);
});
