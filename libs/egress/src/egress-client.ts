import { lookup as resolve, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { addressBytes } from '#kernel';
import { checkOutgoingUrl, type EgressPolicy, mayConnectFor, PUBLIC_ONLY } from './egress.rules.js';

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;

export interface OutgoingCall {
  url: string;
  body: string | Buffer;
  headers?: Record<string, string>;
  policy?: EgressPolicy;
  /** For all of it: resolving, connecting, the answer. */
  timeoutMs?: number;
  /** Asked for every name; only tests bring their own. */
  resolver?: Resolver;
}

export interface OutgoingAnswer {
  status: number;
  /** At most 64 kB, and what came in time: the status is the answer, words are only read for a while. */
  text: string;
}

export type Resolver = (
  host: string,
  options: { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** Nobody answered. `sent`: the other side may have got it all the same. */
export class UnreachableError extends Error {
  constructor(
    message: string,
    readonly sent: boolean,
    readonly code: string | null,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * The one way to URLs that people typed in: the address that was checked is the one that is connected to, redirects
 * are not followed, only what the caller names is sent, proxy variables of the environment are ignored.
 * @throws DomainError invalid_destination; UnreachableError
 */
export async function post(call: OutgoingCall): Promise<OutgoingAnswer> {
  const policy = call.policy ?? PUBLIC_ONLY;
  const url = checkOutgoingUrl(call.url, policy);
  const bytes = Buffer.from(call.body);
  const secure = url.protocol === 'https:';
  return new Promise((done, fail) => {
    let connected = false;
    let answered = false;
    const request = (secure ? https : http).request(url, {
      method: 'POST',
      agent: false,
      headers: { 'user-agent': 'Kairos', ...call.headers, 'content-length': bytes.length },
      signal: AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS),
      lookup: checkedLookup(url, policy, call.resolver ?? (resolve as Resolver)) as typeof resolve,
    });
    request.on('socket', (socket) => socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true)));
    request.on('response', (response) => {
      answered = true;
      void read(response, request).then(done);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (answered) return; // the head has come: `read` ends with what came of the words
      const words = error.name === 'AbortError' || error.name === 'TimeoutError' ? 'no answer in time' : error.message;
      fail(new UnreachableError(`${url.host} could not be called: ${words}`, connected, error.code ?? null, error));
    });
    request.end(bytes);
  });
}

/** JSON to a URL, without more. */
export function postJson(url: string, body: unknown, policy: EgressPolicy = PUBLIC_ONLY): Promise<OutgoingAnswer> {
  return post({ url, body: JSON.stringify(body), headers: { 'content-type': 'application/json' }, policy });
}

function read(response: http.IncomingMessage, request: http.ClientRequest): Promise<OutgoingAnswer> {
  return new Promise((done) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = () =>
      done({
        status: response.statusCode ?? 0,
        text: Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8'),
      });
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) request.destroy();
    });
    response.on('error', () => undefined); // it broke off or took too long: `close` follows
    response.on('close', finish);
  });
}

type LookupDone = (error: Error | null, address?: string | LookupAddress[], family?: number) => void;

/** Every address that a name resolves to has to be allowed. Not called for IP literals: those were checked before. */
function checkedLookup(url: URL, policy: EgressPolicy, resolver: Resolver) {
  return (host: string, options: { all?: boolean }, done: LookupDone): void => {
    resolver(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error);
      const forbidden = addresses.some(({ address }) => !addressBytes(address) || !mayConnectFor(url, address, policy));
      if (forbidden || addresses.length === 0)
        return done(new Error(`${host} is an address inside a private network, or has none`));
      if (options.all) return done(null, addresses);
      done(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}
