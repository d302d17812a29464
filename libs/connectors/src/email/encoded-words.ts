import { decodeBytes } from './header-scan.js';

const WORD = /=\?([\w.:-]{1,40})(?:\*[\w-]{1,20})?\?([bq])\?([^?]{0,4000})\?=/gi;

/**
 * RFC 2047, forgiving: words that stand together are joined as bytes first, since senders cut in the middle of a
 * character; ASCII that is none is read as UTF-8. A word in a charset that TextDecoder does not know stays as it came.
 */
export function decodeWords(value: string): string {
  const parts: (string | Word)[] = [];
  let at = 0;
  for (const match of value.matchAll(WORD)) {
    const between = value.slice(at, match.index);
    const last = parts.at(-1);
    const word = wordOf(match);
    // White space between two words is not part of the text.
    if (between !== '' && !(between.trim() === '' && typeof last === 'object')) parts.push(between);
    const previous = parts.at(-1);
    if (typeof previous === 'object' && previous.charset === word.charset) {
      previous.bytes.push(word.bytes[0]!);
      previous.source += between + word.source;
    } else parts.push(word);
    at = match.index + match[0].length;
  }
  parts.push(value.slice(at));
  return parts.map((part) => (typeof part === 'string' ? part : decode(part))).join('');
}

interface Word {
  charset: string;
  bytes: Buffer[];
  source: string;
}

function wordOf([source, charset, kind, data]: RegExpMatchArray): Word {
  const bytes = kind!.toLowerCase() === 'b' ? Buffer.from(data!, 'base64') : quoted(data!);
  return { charset: charset!.toLowerCase(), bytes: [bytes], source };
}

function decode({ charset, bytes, source }: Word): string {
  const all = Buffer.concat(bytes);
  if (/^(us-?)?ascii$/.test(charset)) return decodeBytes(all);
  try {
    return new TextDecoder(charset).decode(all);
  } catch {
    return source;
  }
}

function quoted(data: string): Buffer {
  const bytes = data
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
