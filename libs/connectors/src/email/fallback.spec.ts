import type { InlineFile } from '../connector.js';
import { receive } from './receive.js';
import { mail, read } from './spec-mail.js';

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
