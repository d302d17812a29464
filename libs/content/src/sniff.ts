/** Types that a browser may show in place; everything else is a download (security.md A2, A3). */
export const INLINE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

const OCTETS = 'application/octet-stream';
type Signature = [offset: number, bytes: string | number[], type: string];

const SIGNATURES: Signature[] = [
  [0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 'image/png'],
  [0, [0xff, 0xd8, 0xff], 'image/jpeg'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
  [0, 'BM', 'image/bmp'],
  [0, [0x49, 0x49, 0x2a, 0x00], 'image/tiff'],
  [0, [0x4d, 0x4d, 0x00, 0x2a], 'image/tiff'],
  [0, '%PDF-', 'application/pdf'],
  [0, [0x50, 0x4b, 0x03, 0x04], 'application/zip'],
  [0, [0x50, 0x4b, 0x05, 0x06], 'application/zip'],
  [0, 'Rar!\u001a\u0007', 'application/vnd.rar'],
  [0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 'application/x-7z-compressed'],
  [0, [0x1f, 0x8b], 'application/gzip'],
  [0, 'BZh', 'application/x-bzip2'],
  [0, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], 'application/x-ole-storage'],
  [0, [0x78, 0x9f, 0x3e, 0x22], 'application/vnd.ms-tnef'],
  [0, 'MZ', 'application/x-msdownload'],
  [0, [0x7f, 0x45, 0x4c, 0x46], 'application/x-elf'],
  [0, 'OggS', 'application/ogg'],
  [0, 'ID3', 'audio/mpeg'],
  [0, '#!AMR', 'audio/amr'],
  [0, 'fLaC', 'audio/flac'],
  [0, '{\\rtf', 'application/rtf'],
  [0, '%!PS', 'application/postscript'],
  [0, [0x1a, 0x45, 0xdf, 0xa3], 'video/webm'],
];

/** ISO base media: the brand after `ftyp` says what it is. */
const BRANDS: Record<string, string> = {
  heic: 'image/heic',
  heix: 'image/heic',
  mif1: 'image/heif',
  avif: 'image/avif',
  'qt  ': 'video/quicktime',
  'M4A ': 'audio/mp4',
  '3gp4': 'video/3gpp',
  '3gp5': 'video/3gpp',
};

/** Declared types that are plain text to whoever opens them; believed only when the bytes are text. */
const TEXTUAL =
  /^(text\/(plain|csv|calendar|vcard|x-vcard|markdown|tab-separated-values|rfc822-headers)|application\/(json|ics))$/;
/** Containers of bytes that look like text; kept as declared so that a mail within a mail opens as one. */
const MESSAGES =
  /^message\/(rfc822|delivery-status|disposition-notification|feedback-report|global|global-delivery-status)$/;

/**
 * The content type by the bytes, never by the name. What could run in a browser (HTML, SVG, XML, scripts) is called
 * what it is, so that the door that serves it makes it a download.
 */
export function sniffType(bytes: Uint8Array, declared = ''): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 1024));
  const latin = head.toString('latin1');
  for (const [offset, signature, type] of SIGNATURES) {
    const expected = typeof signature === 'string' ? signature : String.fromCharCode(...signature);
    if (latin.startsWith(expected, offset)) return type;
  }
  if (latin.startsWith('RIFF')) return riff(latin.slice(8, 12));
  if (latin.slice(4, 8) === 'ftyp') return BRANDS[latin.slice(8, 12)] ?? 'video/mp4';
  if (head.length > 1 && head[0] === 0xff && (head[1]! & 0xe6) === 0xe2) return 'audio/mpeg';
  if (!looksLikeText(head)) return OCTETS;
  return textType(latin, declared.toLowerCase().split(';')[0]!.trim());
}

function riff(form: string): string {
  if (form === 'WEBP') return 'image/webp';
  if (form === 'WAVE') return 'audio/wav';
  return form === 'AVI ' ? 'video/x-msvideo' : OCTETS;
}

function textType(latin: string, declared: string): string {
  if (MESSAGES.test(declared)) return declared;
  const start = latin.replace(/^(\u00ef\u00bb\u00bf)?\s*/, '').toLowerCase();
  if (/<svg[\s>]/.test(start)) return 'image/svg+xml';
  if (
    /^<(!doctype html|html|head|body|script|iframe|img|div|table|style|meta|title|a|p|h1|form|!--)[\s>]/.test(start)
  ) {
    return 'text/html';
  }
  if (start.startsWith('<?xml')) return start.includes('<html') ? 'text/html' : 'application/xml';
  if (start.startsWith('begin:vcalendar')) return 'text/calendar';
  if (start.startsWith('begin:vcard')) return 'text/vcard';
  if (TEXTUAL.test(declared)) return declared === 'application/ics' ? 'text/calendar' : declared;
  return 'text/plain';
}

/** Text has no NUL and hardly any control characters; an empty file is no text. */
function looksLikeText(head: Uint8Array): boolean {
  if (head.length === 0) return false;
  for (const byte of head) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c && byte !== 0x1b) return false;
  }
  return true;
}
