import { invalid } from '#kernel';

/**
 * Addresses that a URL from outside must never reach (security.md C2): loopback, private, link-local, CGNAT, multicast,
 * reserved, metadata, and IPv6 forms that embed such an IPv4.
 */
export function isForbiddenAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const version = isIP(bare);
  if (version === 4) return isForbiddenV4(bare.split('.').map(Number));
  if (version === 6) return isForbiddenV6(wordsOf(bare));
  return true; // no address at all
}

/** Checks what can be checked before a name is resolved. @throws DomainError invalid_destination */
export function checkOutgoingUrl(text: string, allowedHosts: readonly string[] = []): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const expected = 'Use an http or https URL of a public host, without user name and password.';
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid('invalid_destination', `"${text.slice(0, 100)}" is no address to call. ${expected}`);
  }
  if (url.username || url.password) {
    throw invalid('invalid_destination', `The URL carries a user name or password. ${expected}`);
  }
  if (allowedHosts.includes(url.host)) return url;
  const host = url.hostname.replace(/\.$/, '').toLowerCase();
  const literal = isIP(host.replace(/^\[|\]$/g, '')) !== 0;
  const local = host === 'localhost' || host.endsWith('.localhost') || host.endsWith('.local') || !host.includes('.');
  if (literal ? isForbiddenAddress(host) : local) {
    throw invalid('invalid_destination', `${url.host} is an address inside a private network. ${expected}`);
  }
  return url;
}

function isForbiddenV4([a, b, c]: number[]): boolean {
  return (
    a === 0 || // this network, unspecified
    a === 10 ||
    a === 127 ||
    (a === 100 && b! >= 64 && b! < 128) || // CGNAT
    (a === 169 && b === 254) || // link-local, cloud metadata
    (a === 172 && b! >= 16 && b! < 32) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) || // protocol assignments, documentation
    (a === 192 && b === 88 && c === 99) || // 6to4 relay
    (a === 198 && (b === 18 || b === 19)) || // benchmarks
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113) ||
    a! >= 224 // multicast, reserved, broadcast
  );
}

function isForbiddenV6(words: number[]): boolean {
  const [a, b] = words as [number, number];
  if (words.slice(0, 5).every((word) => word === 0) && (words[5] === 0xffff || words[5] === 0)) {
    return words[5] === 0 || isForbiddenV4(embedded(words, 6)); // ::, ::1, v4-compatible; v4-mapped
  }
  if (words.slice(0, 4).every((word) => word === 0)) return true; // v4-translated and other oddities
  if (a === 0x64 && b === 0xff9b) return true; // NAT64, also the local-use one
  if (a === 0x2002) return isForbiddenV4(embedded(words, 1)); // 6to4
  if (a === 0x2001 && b < 0x200) return true; // Teredo, ORCHID, benchmarks
  if (a === 0x2001 && b === 0xdb8) return true; // documentation
  return a < 0x2000 || a >= 0x4000; // whatever is not global unicast: fc00::/7, fe80::/10, ff00::/8 …
}

function embedded(words: number[], at: number): number[] {
  return [words[at]! >> 8, words[at]! & 255, words[at + 1]! >> 8, words[at + 1]! & 255];
}

function wordsOf(address: string): number[] {
  const v4 = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text = v4
    ? `${v4[1]}${((Number(v4[2]) << 8) | Number(v4[3])).toString(16)}:${((Number(v4[4]) << 8) | Number(v4[5])).toString(16)}`
    : address;
  const [head, tail] = text.split('::') as [string, string | undefined];
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(gap).fill('0'), ...right].map((word) => parseInt(word, 16));
}

/** 4, 6, or 0 for a name. URL has turned every other spelling of an IPv4 (octal, hex, short) into four numbers. */
function isIP(host: string): 0 | 4 | 6 {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return 4;
  return host.includes(':') ? 6 : 0;
}
