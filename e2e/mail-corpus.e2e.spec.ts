import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { connectorOf } from '#connectors';
import type { ChangeView, ConversationView, MessageView } from '#contracts';
import { eventually } from '#testing';
import { connect, mail } from './lib/customers.js';
import { everyPage, overSmtp, sendBytes } from './lib/outsider.js';
import { Product, repository } from './lib/product.js';

const FOLDER = path.join(repository(), '../shared/corpora/mail');
const here = existsSync(FOLDER);
if (!here) process.stderr.write('SKIPPED: the mail corpus is not here (../shared/corpora/mail)\n');

interface Entry {
  file: string;
  expect?: { subject?: string; textContains?: string; isBounce?: boolean; isAutoReply?: boolean };
  contested?: string[];
}

/** Texts that we show otherwise on purpose: a mail inside a mail is a file, a 7-bit text with raw bytes is marked. */
const TEXT_ELSEWHERE = [
  'imaptools--attachment_message_rfc822.eml',
  'rubymail--content_transfer_encoding_7-bit.eml',
  'stalwart-malformed--020.eml',
];

const manifest = here ? (JSON.parse(readFileSync(path.join(FOLDER, 'manifest.json'), 'utf8')) as Entry[]) : [];
const rawOf = (entry: Entry) => readFileSync(path.join(FOLDER, entry.file));
const mailKey = (raw: Buffer) => connectorOf('email').mail!.mailKey(raw);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const squash = (text: string | null) => (text ?? '').replace(/\s+/g, '').normalize('NFC').toLowerCase();

/** The mails in the order they are sent, the first of each that is the same by domain.md 3.1. */
const mails = new Map<string, { entry: Entry; raws: Set<string> }>();
for (const entry of manifest) {
  const raw = rawOf(entry);
  const known = mails.get(mailKey(raw)) ?? { entry, raws: new Set<string>() };
  known.raws.add(sha256(overSmtp(raw)));
  mails.set(mailKey(raw), known);
}

let product: Product;
beforeAll(async () => {
  if (!here) return;
  product = await Product.start('standalone');
  await connect(product, 'email');
}, 120_000);
afterAll(() => product?.close(), 30_000);

/** Eight senders at once, a connection for each mail. */
async function sendAll(entries: Entry[]): Promise<Set<string>> {
  const answers = new Set<string>();
  const rest = [...entries];
  const sender = async () => {
    for (let entry = rest.shift(); entry; entry = rest.shift()) {
      answers.add((await sendBytes(product.smtpPort, rawOf(entry))).data);
    }
  };
  await Promise.all(Array.from({ length: 8 }, sender));
  return answers;
}

/** What an integrator finds by walking all conversations. */
async function everything(): Promise<MessageView[]> {
  const found: MessageView[] = [];
  for (const { id } of await everyPage<ConversationView>(product, 'conversations?sort=oldest')) {
    let after = 0;
    for (let page: MessageView[] = []; after === 0 || page.length === 200; after = page.at(-1)?.seq ?? -1) {
      page = (await product.get<{ items: MessageView[] }>(`conversations/${id}/messages?afterSeq=${after}&limit=200`))
        .items;
      found.push(...page);
      if (page.length === 0) break;
    }
  }
  return found.filter(({ kind }) => kind === 'inbound');
}

const accepted = async () => {
  const metrics = await (await fetch(`${product.url}/metrics`)).text();
  return Number(/kairos_messages_threaded_total\{channel="email"\} (\d+)/.exec(metrics)?.[1] ?? 0);
};

async function rawBytes(message: MessageView): Promise<Buffer> {
  const headers = { authorization: `Bearer ${product.token}` };
  return Buffer.from(await (await fetch(`${product.url}${message.rawUrl}`, { headers })).arrayBuffer());
}

(here ? it : it.skip)(
  `every one of ${manifest.length} real mails becomes one visible item with its bytes; sent again nothing more`,
  async () => {
    expect(await sendAll(manifest)).toEqual(new Set(['250']));
    await eventually(async () => (await accepted()) === mails.size, 60_000);
    expect(await sendAll(manifest)).toEqual(new Set(['250']));
    const found = await everything();
    expect(found).toHaveLength(mails.size);
    expect((await product.get<{ items: unknown[] }>('parked')).items).toEqual([]);

    const wrong: string[] = [];
    const seen = new Set<string>();
    for (let at = 0; at < found.length; at += 16) {
      const some = found.slice(at, at + 16);
      const raws = await Promise.all(some.map(rawBytes));
      some.forEach((message, n) => wrong.push(...flawsOf(message, raws[n]!, seen)));
    }
    expect(wrong).toEqual([]);
    expect(seen.size).toBe(mails.size);
  },
  118_000,
);

function flawsOf(message: MessageView, raw: Buffer, seen: Set<string>): string[] {
  const key = mailKey(raw);
  const mail = mails.get(key);
  if (!mail) return [`${message.id}: its original is none of ours`];
  seen.add(key);
  const { expect: expected = {}, contested = [], file } = mail.entry;
  const flaws: string[] = [];
  if (!mail.raws.has(sha256(raw))) flaws.push('the original is not as it was sent');
  if ((expected.isBounce || expected.isAutoReply) && !message.automatic) flaws.push('is not marked automatic');
  if (mail.raws.size > 1) return flaws.map((flaw) => `${file}: ${flaw}`); // one of several that read differently
  const { subject, textContains } = expected;
  if (subject !== undefined && !contested.includes('subject') && squash(message.subject) !== squash(subject))
    flaws.push(`subject is ${message.subject}`);
  const shown = contested.includes('textContains') || TEXT_ELSEWHERE.includes(file);
  if (textContains !== undefined && !shown && !squash(message.text).includes(squash(textContains)))
    flaws.push(`text is ${message.text.slice(0, 80)}`);
  return flaws.map((flaw) => `${file}: ${flaw}`);
}

(here ? it : it.skip)(
  'a mail behind the whole pile is there in seconds, and every item was told to integrators once',
  async () => {
    const changes = new Map<string, number>();
    for (let since = ''; ;) {
      const page = await product.get<{ items: ChangeView[]; cursor: string }>(
        `changes?limit=200${since && `&since=${since}`}`,
      );
      for (const { type, id } of page.items) if (type === 'message.received') changes.set(id, 1);
      if (page.items.length === 0) break;
      since = page.cursor;
    }
    expect(changes.size).toBe(mails.size);
    const pile = sendAll(manifest.slice(0, 300));
    const began = performance.now();
    await mail(product, { from: 'behind@customer.test', to: 'help@shop.test', subject: 'Behind', text: 'PILE1' });
    await eventually(
      async () => (await everyPage<ConversationView>(product, 'conversations?q=behind@customer.test')).length === 1,
      15_000,
    );
    expect(performance.now() - began).toBeLessThan(8_000);
    await pile;
  },
  60_000,
);
