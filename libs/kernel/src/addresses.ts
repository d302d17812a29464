/** A block of IP addresses: the first `bits` of `bytes` decide. */
export interface AddressRange {
  bytes: readonly number[];
  bits: number;
}

/** The four or sixteen bytes of an address; a v4 address written as v6 (`::ffff:10.0.0.1`) is the v4 address. Null: a name. */
export function addressBytes(text: string): number[] | null {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (!bare.includes(':')) return v4Bytes(bare);
  const bytes = v6Bytes(bare);
  const mapped = bytes?.every((byte, at) => at >= 12 || byte === (at < 10 ? 0 : 0xff));
  return bytes && mapped ? bytes.slice(12) : bytes;
}

/** `10.0.0.0/8`, `fd00::/8` or a single address; null when it is neither. */
export function readAddressRange(text: string): AddressRange | null {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  const bytes = match ? addressBytes(match[1]!) : null;
  if (!match || !bytes) return null;
  const whole = bytes.length * 8;
  const bits = match[2] === undefined ? whole : Number(match[2]);
  return bits <= whole ? { bytes, bits } : null;
}

export function isInRange(address: string, range: AddressRange): boolean {
  const bytes = addressBytes(address);
  if (!bytes || bytes.length !== range.bytes.length) return false;
  return bytes.every((byte, at) => {
    const left = Math.min(8, Math.max(0, range.bits - at * 8));
    const mask = (0xff << (8 - left)) & 0xff;
    return (byte & mask) === (range.bytes[at]! & mask);
  });
}

export function isLoopback(host: string): boolean {
  const bytes = addressBytes(host);
  if (!bytes) return host.replace(/\.$/, '').toLowerCase() === 'localhost';
  return bytes.length === 4 ? bytes[0] === 127 : bytes.every((byte, at) => byte === (at === 15 ? 1 : 0));
}

/** Only the plain form: what URL and the resolver make of octal, hex and short spellings is decided before. */
function v4Bytes(text: string): number[] | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
}

function v6Bytes(text: string): number[] | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const v4 = tail ? v4Bytes(tail[2]!) : null;
  if (tail && !v4) return null;
  const plain = tail
    ? `${tail[1]}${((v4![0]! << 8) | v4![1]!).toString(16)}:${((v4![2]! << 8) | v4![3]!).toString(16)}`
    : text;
  const halves = plain.split('::');
  if (halves.length > 2) return null;
  const [left, right] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[] | undefined];
  const gap = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? gap !== 0 : gap < 1) return null;
  const words = [...left, ...Array<string>(gap).fill('0'), ...(right ?? [])];
  if (!words.every((word) => /^[0-9a-f]{1,4}$/i.test(word))) return null;
  return words.flatMap((word) => [parseInt(word, 16) >> 8, parseInt(word, 16) & 255]);
}
