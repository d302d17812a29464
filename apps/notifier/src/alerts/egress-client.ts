import { lookup as resolve, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { DomainError } from '#kernel';
import { checkOutgoingUrl, isForbiddenAddress } from './egress.rules.js';

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * The one way to URLs that people typed in: the address that was checked is the one that is connected to, redirects
 * are not followed, nothing of ours but the body is sent, proxy variables of the environment are ignored.
 * @throws DomainError invalid_destination, destination_unreachable
 */
export async function postJson(
  target: string,
  body: unknown,
  allowedHosts: readonly string[] = [],
): Promise<{ status: number; text: string }> {
  const url = checkOutgoingUrl(target, allowedHosts);
  const allowed = allowedHosts.includes(url.host);
  const bytes = Buffer.from(JSON.stringify(body));
  return new Promise((done, fail) => {
    const refuse = (words: string) => fail(new DomainError('destination_unreachable', 'unavailable', words));
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': bytes.length, 'user-agent': 'Kairos' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        lookup: allowed ? resolve : (checkedLookup as typeof resolve),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER_BYTES) request.destroy(new Error('the answer is larger than 64 kB'));
          else chunks.push(chunk);
        });
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
        response.on('error', (error) => refuse(`${url.host} broke off: ${error.message}`));
      },
    );
    request.on('error', (error) => refuse(`${url.host} could not be called: ${error.message}`));
    request.end(bytes);
  });
}

/** Every address that a name resolves to has to be public. Not called for IP literals: those were checked before. */
function checkedLookup(
  host: string,
  options: object,
  callback: (error: Error | null, address?: string | LookupAddress[], family?: number) => void,
): void {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error);
    const forbidden = addresses.find(({ address }) => isForbiddenAddress(address));
    if (forbidden) return callback(new Error(`${host} is an address inside a private network`));
    if ((options as { all?: boolean }).all) return callback(null, addresses);
    callback(null, addresses[0]!.address, addresses[0]!.family);
  });
}
