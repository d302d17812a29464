/** Input beyond this is cut: nobody reads it, and time stays bounded. */
const MAX_HTML = 2_000_000;

const BLOCK = new Set(
  'p div section article header footer h1 h2 h3 h4 h5 h6 ul ol table tr blockquote pre form hr dl dt dd address center'.split(
    ' ',
  ),
);
const SILENT = new Set([
  'script',
  'style',
  'head',
  'title',
  'template',
  'noscript',
  'svg',
  'math',
  'textarea',
  'select',
]);
const ENTITIES: Record<string, string> = {
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', trade: '™', hellip: '…',
  mdash: '—', ndash: '–', lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”', bdquo: '„', laquo: '«', raquo: '»',
  bull: '•', middot: '·', euro: '€', pound: '£', yen: '¥', cent: '¢', sect: '§', deg: '°', times: '×', zwnj: '\u200c',
  zwj: '\u200d', lrm: '\u200e', rlm: '\u200f', shy: '', auml: 'ä', ouml: 'ö', uuml: 'ü', Auml: 'Ä', Ouml: 'Ö', Uuml: 'Ü',
  szlig: 'ß', agrave: 'à', aacute: 'á', acirc: 'â', atilde: 'ã', aring: 'å', aelig: 'æ', ccedil: 'ç', egrave: 'è',
  eacute: 'é', ecirc: 'ê', euml: 'ë', igrave: 'ì', iacute: 'í', icirc: 'î', iuml: 'ï', ntilde: 'ñ', ograve: 'ò',
  oacute: 'ó', ocirc: 'ô', otilde: 'õ', oslash: 'ø', ugrave: 'ù', uacute: 'ú', ucirc: 'û', yacute: 'ý', yuml: 'ÿ',
  Agrave: 'À', Aacute: 'Á', Acirc: 'Â', Aring: 'Å', AElig: 'Æ', Ccedil: 'Ç', Egrave: 'È', Eacute: 'É', Ecirc: 'Ê',
  Iacute: 'Í', Icirc: 'Î', Ntilde: 'Ñ', Oacute: 'Ó', Oslash: 'Ø', Uacute: 'Ú',
}; // prettier-ignore

/**
 * The words of an HTML mail as plain text: for previews, search, rules and as the text of a mail that has none. One
 * pass over the input, no tree, so neither depth nor size can hurt. Not a sanitiser: the result is text, not markup.
 */
export function htmlToText(input: string): string {
  const html = input.length > MAX_HTML ? input.slice(0, MAX_HTML) : input;
  const out = new TextOutput();
  let silentUntil: string | null = null;
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (silentUntil === null) out.words(html.slice(at, open < 0 ? html.length : open));
    if (open < 0) break;
    if (html.startsWith('<!--', open)) {
      const end = html.indexOf('-->', open + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const tag = readTag(html, open);
    if (tag === null) {
      if (silentUntil === null) out.words('<');
      at = open + 1;
      continue;
    }
    at = tag.end;
    if (silentUntil !== null) {
      if (tag.closing && tag.name === silentUntil) silentUntil = null;
      continue;
    }
    if (SILENT.has(tag.name) && !tag.closing && !tag.selfClosing) silentUntil = tag.name;
    else out.tag(tag);
  }
  return out.toString();
}

interface Tag {
  name: string;
  closing: boolean;
  selfClosing: boolean;
  end: number;
  source: string;
}

function readTag(html: string, open: number): Tag | null {
  const next = html.charCodeAt(open + 1);
  const letter = (next >= 65 && next <= 90) || (next >= 97 && next <= 122);
  if (!letter && next !== 47 && next !== 33 && next !== 63) return null;
  const end = html.indexOf('>', open + 1);
  // An unclosed tag at the end swallows the rest, as in a browser.
  const source = html.slice(open, Math.min(end < 0 ? html.length : end, open + 4096));
  const name = /^<\/?([a-z][a-z0-9]*)/i.exec(source)?.[1]?.toLowerCase() ?? '';
  return {
    name,
    closing: next === 47,
    selfClosing: source.endsWith('/'),
    end: end < 0 ? html.length : end + 1,
    source,
  };
}

/** Collects words with the white space rules of HTML: runs fold, blocks break lines. */
class TextOutput {
  private readonly parts: string[] = [];
  private newlines = 2;
  private space = false;
  private preformatted = 0;

  words(text: string): void {
    if (text === '') return;
    const decoded = decodeEntities(text);
    if (this.preformatted > 0) {
      this.parts.push(decoded);
      this.newlines = decoded.endsWith('\n') ? 1 : 0;
      return;
    }
    const folded = decoded.replace(/[ \t\r\n\f]+/g, ' ');
    if (folded === ' ' || folded === '') {
      this.space ||= folded === ' ';
      return;
    }
    const glued = (this.space || folded.startsWith(' ')) && this.newlines === 0 ? ' ' : '';
    this.parts.push(glued + folded.trim());
    this.space = folded.endsWith(' ');
    this.newlines = 0;
  }

  tag(tag: Tag): void {
    if (tag.name === 'pre') this.preformatted = Math.max(0, this.preformatted + (tag.closing ? -1 : 1));
    if (tag.name === 'br') this.breakLine(this.newlines + 1);
    else if (tag.name === 'li' && !tag.closing) {
      this.breakLine(1);
      this.words('• ');
      this.space = true;
    } else if (tag.name === 'p' || /^h[1-6]$/.test(tag.name)) this.breakLine(2);
    else if (BLOCK.has(tag.name)) this.breakLine(1);
    else if (tag.name === 'td' || tag.name === 'th') this.space = true;
    else if (tag.name === 'img') {
      const alt = /\salt\s*=\s*(?:"([^"]{1,200})"|'([^']{1,200})')/i.exec(tag.source);
      if (alt) this.words(` ${alt[1] ?? alt[2]} `);
    }
  }

  private breakLine(wanted: number): void {
    const missing = Math.min(wanted, 2) - this.newlines;
    if (missing > 0) this.parts.push('\n'.repeat(missing));
    this.newlines = Math.max(this.newlines, Math.min(wanted, 2));
    this.space = false;
  }

  toString(): string {
    return this.parts.join('').replaceAll('\u00a0', ' ').trim();
  }
}

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z][a-z0-9]{1,10}));?/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name as string] ?? ENTITIES[(name as string).toLowerCase()] ?? whole;
    const code = hex !== undefined ? parseInt(hex as string, 16) : parseInt(decimal as string, 10);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd';
    return String.fromCodePoint(code);
  });
}
