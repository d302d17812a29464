import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EgressPolicy, post, postJson, type Resolver, UnreachableError } from './index.js';

type Answer = (response: http.ServerResponse) => void;

describe('an outgoing call', () => {
  let server: http.Server;
  let port: number;
  let answer: Answer;
  let seen: http.IncomingMessage[];
  const here: EgressPolicy = { allowed: [], ownMachine: true };
  const url = (path = '/hook') => `http://127.0.0.1:${port}${path}`;

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      seen.push(request);
      request.resume();
      answer(response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  });
  beforeEach(() => {
    seen = [];
    answer = (response) => response.end('thanks');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** A name server that gives each question its next answer. */
  function names(...answers: string[][]): Resolver {
    return (_host, _options, done) => {
      const addresses = (answers.length > 1 ? answers.shift()! : answers[0]!).map((address): LookupAddress => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }));
      done(null, addresses);
    };
  }
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => Promise.reject(new Error('it went through')),
      (error: UnreachableError) => error,
    );

  it('brings the answer, and sends nothing but what it was given', async () => {
    expect(await postJson(url(), { a: 1 }, here)).toEqual({ status: 200, text: 'thanks' });
    expect(Object.keys(seen[0]!.headers).sort()).toEqual(
      ['connection', 'content-length', 'content-type', 'host', 'user-agent'].sort(),
    );
  });

  it('C3 does not follow a redirect', async () => {
    answer = (response) => response.writeHead(302, { location: url('/inside') }).end();
    expect((await postJson(url(), {}, here)).status).toBe(302);
    expect(seen.map((request) => request.url)).toEqual(['/hook']);
  });

  it.each([
    ['this machine', ['127.0.0.1']],
    ['a private network', ['10.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['a public address beside a private one', ['93.184.216.34', '192.168.0.1']],
    ['v6 loopback', ['::1']],
    ['v4 inside v6', ['::ffff:127.0.0.1']],
    ['nothing', []],
  ])('C2 refuses a name that resolves to %s', async (_, addresses) => {
    const call = { url: `http://shop.example:${port}/`, body: '{}', resolver: names(addresses) };
    const error = await failure(post(call));
    expect(error.message).toMatch(/private network/);
    expect(error.sent).toBe(false);
    expect(seen).toEqual([]);
  });

  it('C2 asks once and connects to what was checked: a name that changes its mind afterwards gains nothing', async () => {
    let asked = 0;
    const resolver = names(['203.0.114.1'], ['127.0.0.1']);
    const counted: Resolver = (host, options, done) => {
      asked++;
      resolver(host, options, done);
    };
    await failure(post({ url: `http://shop.example:${port}/`, body: '{}', resolver: counted, timeoutMs: 300 }));
    expect(asked).toBe(1);
    expect(seen).toEqual([]);
  });

  it('ignores the proxies of the environment', async () => {
    process.env['HTTP_PROXY'] = process.env['http_proxy'] = 'http://127.0.0.1:1';
    try {
      expect((await postJson(url(), {}, here)).status).toBe(200);
    } finally {
      delete process.env['HTTP_PROXY'];
      delete process.env['http_proxy'];
    }
  });

  it('takes an answer whose words never end for answered, and hangs up', async () => {
    let ended = false;
    answer = (response) => {
      response.writeHead(200);
      const more = () => {
        while (!ended && response.write('x'.repeat(16_384)));
      };
      response.on('drain', more).on('close', () => (ended = true));
      more();
    };
    const { status, text } = await postJson(url(), {}, here);
    expect([status, text.length]).toEqual([200, 65_536]);
  });

  it('takes an answer whose words come too slowly for answered', async () => {
    answer = (response) => response.writeHead(202).write('queu');
    expect(await post({ url: url(), body: '{}', policy: here, timeoutMs: 300 })).toEqual({ status: 202, text: 'queu' });
  });

  it('tells a call that was never made from one that got no answer', async () => {
    answer = () => undefined;
    const silent = await failure(post({ url: url(), body: '{}', policy: here, timeoutMs: 300 }));
    expect([silent.sent, silent.message]).toEqual([true, expect.stringContaining('no answer in time')]);
    const nobody = await failure(post({ url: 'http://127.0.0.1:1/', body: '{}', policy: here }));
    expect([nobody.sent, nobody.code]).toEqual([false, 'ECONNREFUSED']);
  });
});
