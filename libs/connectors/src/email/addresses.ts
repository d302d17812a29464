import { domainToASCII } from 'node:url';
import { cleanText, withoutOverrides } from '#kernel';

export interface MailAddress {
  /** Normalised. */
  address: string;
  name: string;
}

/** What mailparser and header scans give: groups nest. */
export interface ParsedAddress {
  address?: string;
  name?: string;
  group?: ParsedAddress[];
}

const MAX_NAME = 200;
/** A mail to a thousand people is shown with its first ones. */
const MAX_RECIPIENTS = 200;

/** For equality: trimmed, lower case, the domain in ASCII (an IDN and its punycode are one, a homograph stays another). */
export function normaliseAddress(address: string): string {
  const lower = cleanText(address).trim().toLowerCase();
  const at = lower.lastIndexOf('@');
  if (at < 1) return lower;
  const domain = domainToASCII(lower.slice(at + 1));
  return domain === '' ? lower : `${lower.slice(0, at)}@${domain}`;
}

export function isAddress(address: string): boolean {
  return address.length <= 320 && /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()\\]+$/.test(address);
}

/** `root`, `moderator`: mail of one's own machines names its sender so. */
function isLocal(address: string): boolean {
  return /^[a-z0-9._+-]{1,64}$/.test(address);
}

/** Groups flattened, things without an address left out. */
export function flatten(list: ParsedAddress[], depth = 0): MailAddress[] {
  const found: MailAddress[] = [];
  for (const entry of list) {
    if (found.length >= MAX_RECIPIENTS) break;
    if (entry.group && depth < 3) found.push(...flatten(entry.group, depth + 1));
    const address = normaliseAddress(entry.address ?? '');
    if (isAddress(address) || isLocal(address))
      found.push({ address, name: personName(entry.name ?? '', address) ?? '' });
  }
  return found.slice(0, MAX_RECIPIENTS);
}

/**
 * A display name fit to show: one line, no overrides. A name that is itself an address other than the real one
 * ("support@bank.example" <x@evil.example>) is a disguise and shown as no name (security.md H4).
 */
export function personName(name: string, address: string): string | null {
  const plain = withoutOverrides(cleanText(name))
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/^["'\s]+|["'\s]+$/g, '')
    .slice(0, MAX_NAME);
  if (plain === '' || plain.toLowerCase() === address) return null;
  return /\S@\S+\.\S/.test(plain) ? null : plain;
}

/** Addresses of a header value read without a parser: the bracketed ones, else what looks like one. */
export function scanAddresses(value: string): ParsedAddress[] {
  const found: ParsedAddress[] = [];
  for (const match of value.slice(0, 20_000).matchAll(/([^<>,;]{0,300})<([^<>\s]{1,320})>/g)) {
    found.push({ address: match[2]!, name: match[1]!.trim() });
  }
  if (found.length > 0) return found;
  return (value.slice(0, 20_000).match(/[^\s<>,;:"()]{1,64}@[^\s<>,;:"()]{1,255}/g) ?? []).map((address) => ({
    address,
  }));
}
