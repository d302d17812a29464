import { existsSync, readFileSync } from 'node:fs';
import { sanitizeMailHtml } from './sanitize.js';

const CORPUS = '../shared/corpora/hostile-html.jsonl';
const clean = (html: string) =>
  sanitizeMailHtml(html, { attachmentUrl: (cid) => (cid === 'logo' ? '/files/1' : null) });

const ATTRIBUTES = new Set(
  'style align valign bgcolor dir lang href target rel title src alt width height data-remote-src color size face border cellpadding cellspacing summary colspan rowspan span start type'.split(
    ' ',
  ),
);
const FORBIDDEN_TAGS =
  /^(script|style|iframe|frame|object|embed|applet|base|meta|link|form|input|button|select|textarea|svg|math|video|audio|source|template|dialog|portal|marquee|body|html|head)$/;

/** What could act in a piece of sanitised HTML; empty when it is dead. Reads every `<`, so nothing slips through. */
function active(html: string): string[] {
  const found: string[] = [];
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    const tag = /^<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*\/?>/.exec(html.slice(at));
    if (!tag) {
      found.push(`unreadable: ${html.slice(at, at + 60)}`);
      continue;
    }
    if (FORBIDDEN_TAGS.test(tag[2]!)) found.push(`tag ${tag[2]}`);
    for (const [, name, value = ''] of tag[3]!.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)) {
      const plain = value.replaceAll('&amp;', '&').trim().toLowerCase();
      if (!ATTRIBUTES.has(name!)) found.push(`attribute ${name}`);
      if (name === 'href' && !/^(https?:\/\/|mailto:|tel:)/.test(plain)) found.push(`href ${plain}`);
      if (name === 'src' && !/^(\/files\/1$|data:image\/(png|jpeg|gif|webp);base64,)/.test(plain))
        found.push(`src ${plain}`);
      if (name === 'style' && /url|expression|import(?!ant)|behavior|position|\\|@|\/\*/.test(plain))
        found.push(`style ${plain}`);
    }
  }
  return found;
}

describe('customer HTML', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '<img />'],
    ['<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer nofollow" target="_blank">x</a>'],
    ['<a href="/api/v1/session">x</a>', '<a rel="noopener noreferrer nofollow" target="_blank">x</a>'],
    ['<img src="data:text/html,x">', '<img />'],
    ['<img src="data:image/svg+xml;base64,AAAA">', '<img />'],
    ['<img src="data:image/png;base64,iVBORw0=">', '<img src="data:image/png;base64,iVBORw0=" />'],
    ['<img src="cid:logo" alt="us">', '<img alt="us" src="/files/1" />'],
    ['<img src="cid:gone">', '<img />'],
    ['<img src="//t.test/p.gif">', '<img data-remote-src="https://t.test/p.gif" />'],
    ['<style>p{background:url(//t.test)}</style><p>a</p>', '<p>a</p>'],
    ['<p style="background:url(https://t.test/a);color:#c00">a</p>', '<p style="color:#c00">a</p>'],
    ['<p style="text-align:left;position:fixed">a</p>', '<p style="text-align:left">a</p>'],
    ['<base href="https://evil.test"><meta http-equiv=refresh content=0><p>a</p>', '<p>a</p>'],
    ['<form action="https://evil.test"><input name=q><button>go</button></form>', 'go'],
    ['<p dir="rtl" onclick="x()">سلام</p>', '<p dir="rtl">سلام</p>'],
  ])('%s', (html, expected) => {
    expect(clean(html)).toBe(expected);
  });

  it('holds remote images back and keeps their address', () => {
    expect(clean('<img src="https://t.test/p.gif?u=1&amp;x=2" width="1">')).toBe(
      '<img width="1" data-remote-src="https://t.test/p.gif?u=1&amp;x=2" />',
    );
  });

  it('is quick on 400,000 nested elements, and keeps the words behind them', () => {
    const started = process.cpuUsage();
    const result = clean(`${'<b>'.repeat(400_000)}after all`);
    // CPU time: a busy machine is no fault of ours.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(3_000);
    expect(result).toContain('after all');
    expect(active(result)).toEqual([]);
  });
});

interface HostileCase {
  id: string;
  input: string;
}

if (existsSync(CORPUS)) {
  const cases = readFileSync(CORPUS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as HostileCase);
  it(`leaves nothing active in ${cases.length} hostile documents, nor when cleaned twice`, () => {
    const survivors = cases.flatMap(({ id, input }) => {
      const once = clean(input);
      return [...active(once), ...active(clean(once))].map((what) => `${id}: ${what}`);
    });
    expect(survivors).toEqual([]);
  });
} else {
  it.skip(`SKIPPED: ${CORPUS} is not here, hostile documents were not tried`, () => undefined);
}
