import { addressBytes, type AddressRange, invalid, isInRange, isLoopback, readAddressRange } from '#kernel';

/** What EGRESS_ALLOW opens: addresses by range, or one host by its name, on every port or on one. */
export type Allowance = { range: AddressRange } | { host: string };

export interface EgressPolicy {
  allowed: readonly Allowance[];
  /** Programs on this very machine, named as such (`localhost`, `127.0.0.1`, `[::1]`). */
  ownMachine: boolean;
}

/** Public hosts, nothing else. */
export const PUBLIC_ONLY: EgressPolicy = { allowed: [], ownMachine: false };

const OWN_MACHINE = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/?#]|$)/i;

/** `erp.lan`, `erp.lan:8080`, `192.168.1.5`, `10.0.0.0/8`; null when it is none of them. */
export function readAllowance(text: string): Allowance | null {
  const range = readAddressRange(text);
  if (range) return { range };
  return /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?(:\d{1,5})?$/i.test(text) ? { host: text.toLowerCase() } : null;
}

/** Checks what can be checked before a name is resolved. @throws DomainError invalid_destination */
export function checkOutgoingUrl(text: string, policy: EgressPolicy = PUBLIC_ONLY): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const expected = 'Use an http or https URL of a public host, without user name and password.';
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw invalid('invalid_destination', `"${text.slice(0, 100)}" is no address to call. ${expected}`);
  }
  if (url.username || url.password) {
    throw invalid('invalid_destination', `The URL carries a user name or password. ${expected}`);
  }
  // as it was typed: other spellings of loopback are made to get past somebody
  if (policy.ownMachine && OWN_MACHINE.test(text.trim())) return url;
  if (isNamed(url, policy)) return url;
  const host = url.hostname.replace(/\.$/, '').toLowerCase();
  const bytes = addressBytes(host);
  const local = host === 'localhost' || host.endsWith('.localhost') || host.endsWith('.local') || !host.includes('.');
  if (bytes ? !mayConnect(host, policy) : local) {
    throw invalid(
      'invalid_destination',
      `${url.host} is an address inside a private network. ${expected} Who runs this installation can open it with EGRESS_ALLOW.`,
    );
  }
  return url;
}

/** Whether a connection for this URL may go to an address that its name resolved to. */
export function mayConnectFor(url: URL, address: string, policy: EgressPolicy): boolean {
  if (isNamed(url, policy)) return true;
  if (policy.ownMachine && url.hostname === 'localhost' && isLoopback(address)) return true;
  return mayConnect(address, policy);
}

function mayConnect(address: string, { allowed }: EgressPolicy): boolean {
  if (allowed.some((one) => 'range' in one && isInRange(address, one.range))) return true;
  return !isForbiddenAddress(address);
}

function isNamed({ host, hostname }: URL, { allowed }: EgressPolicy): boolean {
  return allowed.some((one) => 'host' in one && (one.host === host || one.host === hostname));
}

/**
 * Addresses that a URL from outside must never reach (security.md C2): loopback, private, link-local, CGNAT, multicast,
 * reserved, metadata, and IPv6 forms that embed such an IPv4.
 */
export function isForbiddenAddress(address: string): boolean {
  const bytes = addressBytes(address);
  if (!bytes) return true; // no address at all
  return bytes.length === 4 ? isForbiddenV4(bytes) : isForbiddenV6(bytes);
}

function isForbiddenV4(bytes: number[]): boolean {
  const [a, b, c] = bytes as [number, number, number];
  return (
    a === 0 || // this network, unspecified
    a === 10 ||
    a === 127 ||
    (a === 100 && b >= 64 && b < 128) || // CGNAT
    (a === 169 && b === 254) || // link-local, cloud metadata
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 192 && b === 0 && (c === 0 || c === 2)) || // protocol assignments, documentation
    (a === 192 && b === 88 && c === 99) || // 6to4 relay
    (a === 198 && (b === 18 || b === 19)) || // benchmarks
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113) ||
    a >= 224 // multicast, reserved, broadcast
  );
}

/** v4-mapped ones have become v4 before. */
function isForbiddenV6(bytes: number[]): boolean {
  const a = (bytes[0]! << 8) | bytes[1]!;
  const b = (bytes[2]! << 8) | bytes[3]!;
  if (a === 0x64 && b === 0xff9b) return true; // NAT64, also the local-use one
  if (a === 0x2002) return isForbiddenV4(bytes.slice(2, 6)); // 6to4
  if (a === 0x2001 && b < 0x200) return true; // Teredo, ORCHID, benchmarks
  if (a === 0x2001 && b === 0xdb8) return true; // documentation
  return a < 0x2000 || a >= 0x4000; // not global unicast: ::/8 with its v4 forms, fc00::/7, fe80::/10, ff00::/8 …
}
