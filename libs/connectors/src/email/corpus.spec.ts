import { existsSync, readFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import type { ArrivedItem, ChannelAccount } from '../connector.js';
import { parseMail } from './parse.js';

const FOLDER = '../shared/corpora/mail';

interface Expectation {
  subject?: string;
  from?: string;
  fromName?: string;
  textContains?: string;
  attachments?: number;
  messageId?: string;
  isBounce?: boolean;
  isAutoReply?: boolean;
  isFeedbackReport?: boolean;
}
interface ManifestEntry {
  file: string;
  expect?: Expectation;
  contested?: string[];
}

const channel: ChannelAccount = {
  id: 'c1',
  kind: 'email',
  name: 'Help',
  address: 'help@shop.test',
  config: { address: 'help@shop.test', inbound: 'smtp' },
  secrets: [{}],
};
const envelope = {
  from: 'someone@customer.test',
  rcpt: ['help@shop.test'],
  receivedAt: new Date('2026-11-20T10:00:00Z'),
};

const squash = (text: string) => text.replace(/\s+/g, '').normalize('NFC').toLowerCase();

function differences(entry: ManifestEntry, item: ArrivedItem): string[] {
  const expected = entry.expect ?? {};
  const found: string[] = [];
  const compare = (field: keyof Expectation, ok: boolean, actual: unknown) => {
    if (expected[field] === undefined || entry.contested?.includes(field) || ok) return;
    found.push(
      `${entry.file}: ${field} expected ${JSON.stringify(expected[field])}, found ${JSON.stringify(actual)?.slice(0, 200)}`,
    );
  };
  const isBounce = item.mail!.class.startsWith('bounce');
  compare('subject', squash(item.subject ?? '') === squash(expected.subject ?? ''), item.subject);
  compare('from', squash(item.from.display) === squash(expected.from ?? ''), item.from.display);
  compare('fromName', squash(item.from.name ?? '') === squash(expected.fromName ?? ''), item.from.name);
  compare('textContains', squash(item.text).includes(squash(expected.textContains ?? '')), item.text);
  compare(
    'attachments',
    item.attachments.length === expected.attachments,
    item.attachments.map((f) => `${f.name} ${f.contentType}`),
  );
  compare(
    'messageId',
    (item.mail!.messageId ?? '').replace(/[<>]/g, '') === (expected.messageId ?? '').replace(/[<>]/g, ''),
    item.mail!.messageId,
  );
  compare('isBounce', isBounce === expected.isBounce, item.mail!.class);
  compare('isAutoReply', (item.mail!.class === 'auto_reply') === expected.isAutoReply, item.mail!.class);
  compare('isFeedbackReport', (item.mail!.class === 'feedback_report') === expected.isFeedbackReport, item.mail!.class);
  return found;
}

if (existsSync(FOLDER)) {
  const manifest = JSON.parse(readFileSync(`${FOLDER}/manifest.json`, 'utf8')) as ManifestEntry[];
  it(`reads ${manifest.length} real mails, each as one item`, async () => {
    const wrong: string[] = [];
    const classes: Record<string, number> = {};
    for (const entry of manifest) {
      const item = await parseMail(readFileSync(`${FOLDER}/${entry.file}`), envelope, channel);
      classes[item.mail!.class] = (classes[item.mail!.class] ?? 0) + 1;
      if (item.parseProblem) wrong.push(`${entry.file}: PROBLEM ${item.parseProblem}`);
      wrong.push(...differences(entry, item));
    }
    process.stdout.write(`${JSON.stringify(classes)}\n${wrong.length} wrong\n${wrong.join('\n')}\n`);
  }, 90_000);
}
