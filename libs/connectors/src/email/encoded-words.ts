const WORD = /=\?([\w.:-]{1,40})(?:\*[\w-]{1,20})?\?([bq])\?([^?\s]{0,2000})\?=/gi;

/**
 * RFC 2047 for mails that no parser could read; mailparser does it for all others. Charsets are those of TextDecoder;
 * an unknown one leaves the word as it came.
 */
export function decodeWords(value: string): string {
  return value.replace(/(\?=)\s+(?==\?)/g, '$1').replace(WORD, (whole, charset: string, kind: string, data: string) => {
    try {
      const bytes = kind.toLowerCase() === 'b' ? Buffer.from(data, 'base64') : quoted(data);
      return new TextDecoder(charset).decode(bytes);
    } catch {
      return whole;
    }
  });
}

function quoted(data: string): Buffer {
  const bytes = data
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
