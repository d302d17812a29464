import { fileHeaders } from './file-headers.rules.js';

const HOSTILE = [
  '\u200b.htaccess',
  '\u202egnp.exe',
  'a\u0000b',
  '../../etc/passwd',
  '/etc/passwd',
  '..\\win.ini',
  'x'.repeat(300),
  'CON',
  '.htaccess',
  '-rf',
  '\ud800broken',
  'a\r\nSet-Cookie: x=1',
  '"quoted"; filename="evil.exe"',
  '',
  '   ',
  '....',
  '%2e%2e%2f',
  "it's (1)*.pdf",
];

describe('A2 the headers of a file of a customer', () => {
  it.each(HOSTILE)('are constant but for a harmless name: %j', (name) => {
    const { 'content-disposition': disposition, ...rest } = fileHeaders({
      name,
      contentType: 'text/html',
      inline: true,
    });
    expect(rest).toEqual({
      'content-type': 'application/octet-stream',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=60',
      'cross-origin-resource-policy': 'same-site',
    });
    expect(disposition).toMatch(
      /^attachment; filename="[^"\\/:;%\u0000-\u001f\u007f-\uffff]{1,180}"; filename\*=UTF-8''[\w.~%-]+$/,
    );
    const real = decodeURIComponent(/''(.+)$/.exec(disposition!)![1]!);
    expect(real).not.toMatch(/[\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069/\\]|^[.-]/);
  });

  it('a Greek name survives for those who can read it', () => {
    const disposition = fileHeaders({ name: 'τιμολόγιο 7.pdf', contentType: 'application/pdf', inline: false })[
      'content-disposition'
    ]!;
    expect(decodeURIComponent(disposition.split("''")[1]!)).toBe('τιμολόγιο 7.pdf');
  });

  it('A3 only raster images are shown in place', () => {
    const shown = (contentType: string) =>
      fileHeaders({ name: 'a', contentType, inline: true })['content-disposition']!.split(';')[0];
    expect(['image/png', 'image/jpeg', 'image/gif', 'image/webp'].map(shown)).toEqual(Array(4).fill('inline'));
    const others = [
      'image/svg+xml',
      'text/html',
      'application/xml',
      'application/pdf',
      'text/plain',
      'IMAGE/PNG ; x',
      '',
    ];
    expect(others.map(shown)).toEqual(others.map(() => 'attachment'));
    expect(fileHeaders({ name: 'a.png', contentType: 'image/png', inline: false })['content-disposition']).toMatch(
      /^attachment/,
    );
  });
});
