import { addressBytes, type AddressRange, isInRange, readAddressRange } from '#kernel';

/** How many proxies stand in front of us, or where they are. */
export type TrustedProxies = { hops: number } | { ranges: readonly AddressRange[] };

const MAX_HOPS = 10;

/** `''` nobody, `2` the nearest two, `10.0.0.0/8, 127.0.0.1` those; null when it is none of these. */
export function readTrustedProxies(text: string): TrustedProxies | null {
  const parts = text.split(/[\s,]+/).filter(Boolean);
  if (parts.length === 0) return { hops: 0 };
  if (parts.length === 1 && /^\d+$/.test(parts[0]!)) {
    const hops = Number(parts[0]);
    return hops <= MAX_HOPS ? { hops } : null;
  }
  const ranges = parts.map((part) => (part === 'loopback' ? readAddressRange('127.0.0.0/8') : readAddressRange(part)));
  return ranges.every((range) => range !== null) ? { ranges } : null;
}

/**
 * Who is at the other end. Each proxy writes whom it heard from at the right end of X-Forwarded-For; we walk from there
 * as long as those who wrote are trusted. What stands further left is the caller's own invention (security.md G2).
 * @param peer the address of the connection itself
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | string[] | undefined,
  trusted: TrustedProxies,
): string {
  const said = [forwardedFor ?? []].flat().join(',').split(',').map(withoutPort);
  let address = peer;
  for (let hop = 0; said.length > 0 && isTrusted(address, hop, trusted); hop++) {
    const next = said.pop()!;
    if (!addressBytes(next)) break;
    address = next;
  }
  return address;
}

/** What is counted together: one v4 address; the 64 bits of v6 that one household or server has to itself. */
export function addressGroup(address: string): string {
  const bytes = addressBytes(address);
  if (!bytes) return address.slice(0, 64);
  return bytes.length === 4 ? bytes.join('.') : `${Buffer.from(bytes.slice(0, 8)).toString('hex')}::/64`;
}

function isTrusted(address: string, hop: number, trusted: TrustedProxies): boolean {
  if ('hops' in trusted) return hop < trusted.hops;
  return trusted.ranges.some((range) => isInRange(address, range));
}

/** Some proxies write `1.2.3.4:5678` or `[::1]:5678`. */
function withoutPort(text: string): string {
  const bare = text.trim();
  return /^\[([^\]]+)\](:\d+)?$/.exec(bare)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(bare)?.[1] ?? bare;
}
