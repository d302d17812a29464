import type { ScannedMail } from './header-scan.js';

export type Authentication = 'pass' | 'fail' | 'none';

/**
 * What our own border server found out about the sender (RFC 8601). Only Authentication-Results with the configured
 * authserv-id count, and of those only the topmost contiguous ones: anybody can write the header further down. Among
 * them the first word on DMARC wins. Without a configured id nothing is believed.
 *
 * Computing SPF, DKIM and DMARC ourselves (mailauth) belongs here, for mail that reaches the listener without a relay.
 */
export function authenticationOf(mail: ScannedMail, authservId: unknown): Authentication {
  if (typeof authservId !== 'string' || authservId.trim() === '') return 'none';
  const trusted = authservId.trim().toLowerCase();
  const first = mail.fields.findIndex((field) => field.name === 'authentication-results');
  for (let index = first; index >= 0 && index < mail.fields.length; index++) {
    const field = mail.fields[index]!;
    if (field.name !== 'authentication-results') break;
    const value = withoutComments(field.value).toLowerCase();
    const [server, ...results] = value.split(';');
    if (server!.trim().split(/\s+/)[0] !== trusted) break;
    for (const result of results) {
      const verdict = /^\s*dmarc\s*=\s*([a-z]+)/.exec(result)?.[1];
      if (verdict === 'pass') return 'pass';
      if (verdict === 'fail') return 'fail';
      if (verdict !== undefined) return 'none';
    }
  }
  return 'none';
}

/** Comments may nest and may hold `; dmarc=pass`. */
function withoutComments(value: string): string {
  let depth = 0;
  let out = '';
  for (const character of value.slice(0, 10_000)) {
    if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (depth === 0) out += character;
  }
  return out;
}
