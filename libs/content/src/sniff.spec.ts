import { INLINE_TYPES, sniffType } from './sniff.js';

const bytes = (...values: (number | string)[]) =>
  Buffer.concat(values.map((value) => (typeof value === 'string' ? Buffer.from(value) : Buffer.from([value]))));

describe('content types by the bytes', () => {
  it.each<[string, Buffer, string, string]>([
    ['a PNG', bytes(0x89, 'PNG\r\n', 0x1a, 0x0a), 'text/html', 'image/png'],
    ['a JPEG', bytes(0xff, 0xd8, 0xff, 0xe0), 'image/png', 'image/jpeg'],
    ['a WebP', bytes('RIFF', 0, 0, 0, 0, 'WEBP'), '', 'image/webp'],
    ['a PDF called an image', bytes('%PDF-1.7'), 'image/png', 'application/pdf'],
    ['a zip', bytes('PK', 3, 4), '', 'application/zip'],
    ['an SVG called a PNG', bytes('<?xml version="1.0"?><svg onload="x()">'), 'image/png', 'image/svg+xml'],
    ['HTML called text', bytes('  <!DOCTYPE html><script>1</script>'), 'text/plain', 'text/html'],
    ['HTML called an image', bytes('<img src=x onerror=alert(1)>'), 'image/gif', 'text/html'],
    ['XML', bytes('<?xml version="1.0"?><a/>'), 'text/plain', 'application/xml'],
    ['CSV', bytes('a,b\n1,2'), 'text/csv; charset=utf-8', 'text/csv'],
    ['a calendar', bytes('BEGIN:VCALENDAR\r\n'), 'application/ics', 'text/calendar'],
    ['a mail within a mail', bytes('From: a@b.test\r\n\r\nhi'), 'message/rfc822', 'message/rfc822'],
    ['text called an image', bytes('hello'), 'image/png', 'text/plain'],
    ['noise called an image', bytes(0, 1, 2, 3), 'image/png', 'application/octet-stream'],
    ['an empty file', bytes(), 'image/png', 'application/octet-stream'],
  ])('%s is what it is', (_what, content, declared, expected) => {
    expect(sniffType(content, declared)).toBe(expected);
  });

  it('shows nothing in place that could run', () => {
    for (const type of ['text/html', 'image/svg+xml', 'application/xml', 'application/pdf']) {
      expect(INLINE_TYPES.has(type)).toBe(false);
    }
  });
});
