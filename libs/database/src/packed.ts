/** One binary parameter for many texts or files, with where each begins (from 1, as SQL counts) and how long it is. */
export interface Packed {
  bytes: Buffer;
  starts: number[];
  lengths: number[];
}

/** In an array each byte or quote would be escaped here and unescaped there; raw bytes and JSON are full of them. */
export function packed(parts: readonly (string | Buffer)[]): Packed {
  const buffers = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  const lengths = buffers.map((buffer) => buffer.length);
  let next = 1;
  const starts = lengths.map((length) => (next += length) - length);
  return { bytes: Buffer.concat(buffers), starts, lengths };
}

/** In SQL, the bytes of row `p` (its columns `start` and `length`) in parameter `$n`. */
export const unpacked = (n: number, p: string): string => `substring($${n}::bytea from ${p}.start for ${p}.length)`;
