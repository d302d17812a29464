/** One binary parameter for many texts, with where each begins (from 1, as SQL counts) and ends. */
export interface Packed {
  bytes: Buffer;
  starts: number[];
  lengths: number[];
}

/** As an array of texts each quote in them would be escaped here and unescaped there; JSON is full of quotes. */
export function packed(texts: string[]): Packed {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  let next = 1;
  const starts = lengths.map((length) => (next += length) - length);
  return { bytes: Buffer.from(texts.join('')), starts, lengths };
}

/** In SQL, text `p` of the packed bytes in parameter `$n`. */
export const unpacked = (n: number, p: string): string =>
  `convert_from(substring($${n}::bytea from ${p}.start for ${p}.length), 'UTF8')`;
