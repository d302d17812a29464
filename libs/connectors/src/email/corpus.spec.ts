import { existsSync, readFileSync } from 'node:fs';
import type { ArrivedItem, ChannelAccount } from '../connector.js';
import { decodeWords } from './encoded-words.js';
import { parseMail } from './parse.js';

const FOLDER = '../shared/corpora/mail';
const WORDS = '../shared/corpora/mail-header-words.jsonl';

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
type Field = keyof Expectation;

interface ManifestEntry {
  file: string;
  expect?: Expectation;
  contested?: string[];
}

/**
 * Where we differ on purpose or know that we fall short; everything else must be as that house expects.
 * A delivery-status part is a file for us. A name that is the address says nothing. Text of a mail inside a mail
 * belongs to that file. Two mails close their inner boundary too late for our parser: their original has the picture.
 */
const DIFFERENCES: Record<string, Field> = {
  'rubymail--raw_email_with_mimepart_without_content_type.eml': 'attachments',
  'rubymail--multi_address_bounce1.eml': 'attachments',
  'rubymail--content_transfer_encoding_with_8bits.eml': 'fromName',
  'imaptools--raw_email11.eml': 'fromName',
  'imaptools--attachment_message_rfc822.eml': 'textContains',
  'stalwart-malformed--020.eml': 'attachments',
  'stalwart-malformed--021.eml': 'attachments',
  'rubymail--content_transfer_encoding_7-bit.eml': 'textContains',
  'rubymail--example10.eml': 'fromName',
};

const channel: ChannelAccount = {
  id: 'c1',
  kind: 'email',
  name: 'Help',
  address: 'help@shop.test',
  config: { address: 'help@shop.test', inbound: 'smtp' },
  secrets: [],
};
const envelope = {
  from: 'someone@customer.test',
  rcpt: ['help@shop.test'],
  receivedAt: new Date('2026-11-20T10:00:00Z'),
};

/** White space and case are layout. */
const squash = (text: string | null) => (text ?? '').replace(/\s+/g, '').normalize('NFC').toLowerCase();
const bare = (id: string | null | undefined) => (id ?? '').replace(/[<>]/g, '');

function found(item: ArrivedItem, expected: Expectation): Record<Field, unknown> {
  const kind = item.mail!.class;
  return {
    subject: squash(item.subject),
    from: squash(item.from.display),
    fromName: squash(item.from.name),
    textContains: squash(item.text).includes(squash(expected.textContains ?? '')),
    attachments: item.attachments.length,
    messageId: bare(item.mail!.messageId),
    isBounce: kind.startsWith('bounce'),
    isAutoReply: kind === 'auto_reply',
    isFeedbackReport: kind === 'feedback_report',
  };
}

function wanted(expected: Expectation): Partial<Record<Field, unknown>> {
  const { subject, from, fromName, textContains, messageId } = expected;
  return {
    ...expected,
    ...(subject === undefined ? {} : { subject: squash(subject) }),
    ...(from === undefined ? {} : { from: squash(from) }),
    ...(fromName === undefined ? {} : { fromName: squash(fromName) }),
    ...(textContains === undefined ? {} : { textContains: true }),
    ...(messageId === undefined ? {} : { messageId: bare(messageId) }),
  };
}

function differences(entry: ManifestEntry, item: ArrivedItem): string[] {
  const actual = found(item, entry.expect ?? {});
  return Object.entries(wanted(entry.expect ?? {}))
    .filter(([field]) => field in actual && !entry.contested?.includes(field) && DIFFERENCES[entry.file] !== field)
    .filter(([field, value]) => actual[field as Field] !== value)
    .map(
      ([field, value]) =>
        `${entry.file}: ${field} is ${JSON.stringify(actual[field as Field])}, expected ${JSON.stringify(value)}`,
    );
}

if (existsSync(FOLDER)) {
  const manifest = JSON.parse(readFileSync(`${FOLDER}/manifest.json`, 'utf8')) as ManifestEntry[];

  it(`reads ${manifest.length} real mails, each as one item, as their houses expect`, async () => {
    const wrong: string[] = [];
    for (const entry of manifest) {
      const item = await parseMail(readFileSync(`${FOLDER}/${entry.file}`), envelope, channel);
      if (item.parseProblem) wrong.push(`${entry.file}: ${item.parseProblem}`);
      wrong.push(...differences(entry, item));
    }
    expect(wrong).toEqual([]);
  }, 240_000);
} else {
  it.skip(`SKIPPED: ${FOLDER} is not here, real mails were not tried`, () => undefined);
}

interface WordCase {
  id: string;
  encoded: string;
  decoded: string;
}

if (existsSync(WORDS)) {
  const cases = readFileSync(WORDS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as WordCase);

  it.each(cases)('shows the encoded words of $id as expected', async ({ encoded, decoded }) => {
    const raw = Buffer.from(`From: a@customer.test\nSubject: ${encoded.replace(/\r?\n\s*/g, '\n ')}\n\nhi\n`);
    expect(squash((await parseMail(raw, envelope, channel)).subject)).toBe(squash(decoded));
  });

  it('shows nearly all of them where no parser could read the mail', () => {
    const right = cases.filter(({ encoded, decoded }) => squash(decodeWords(encoded)) === squash(decoded));
    expect(right.length / cases.length).toBeGreaterThan(0.8);
  });
} else {
  it.skip(`SKIPPED: ${WORDS} is not here, encoded words were not tried`, () => undefined);
}
