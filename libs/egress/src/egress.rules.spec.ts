import { HOSTILE_HOSTS } from '#testing';
import {
  checkOutgoingUrl,
  type EgressPolicy,
  isForbiddenAddress,
  mayConnectFor,
  PUBLIC_ONLY,
  readAllowance,
} from './egress.rules.js';

describe('where an outgoing call may go', () => {
  it.each(HOSTILE_HOSTS)('not to %s', (host) => {
    expect(() => checkOutgoingUrl(`http://${host}:8080/hook`)).toThrow(/private network|no address to call/);
  });

  it.each(['file:///etc/passwd', 'gopher://x.test/', 'ftp://x.test/', 'javascript:alert(1)', 'x.test', '', 'http://'])(
    'not by %s',
    (url) => expect(() => checkOutgoingUrl(url)).toThrow(/no address to call/),
  );

  it.each(['http://a@shop.example/', 'https://a:b@127.0.0.1/', 'http://shop.example@127.0.0.1/'])(
    'not with credentials: %s',
    (url) => expect(() => checkOutgoingUrl(url)).toThrow(/user name or password/),
  );

  it.each([
    'https://hooks.shop.example/a?b=c',
    'http://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'http://shop.example.:81/',
  ])('to %s', (url) => expect(checkOutgoingUrl(url).href).toContain(new URL(url).host));

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
    '%s is public',
    (ip) => expect(isForbiddenAddress(ip)).toBe(false),
  );

  it.each(['::1', 'fe80::1%eth0', '::ffff:10.1.2.3', '10.1.2.3', 'no-address'])('%s is not', (ip) =>
    expect(isForbiddenAddress(ip)).toBe(true),
  );
});

const allowing = (...entries: string[]): EgressPolicy => ({
  allowed: entries.map((entry) => readAllowance(entry)!),
  ownMachine: false,
});

describe('what EGRESS_ALLOW opens', () => {
  it.each([
    ['http://192.168.1.5/hook', '192.168.1.0/24', true],
    ['http://192.168.2.5/hook', '192.168.1.0/24', false],
    ['http://erp.lan:8080/', 'erp.lan:8080', true],
    ['http://erp:8080/', 'erp', true],
    ['http://erp:9090/', 'erp:8080', false],
    ['http://[fd00::5]/', 'fd00::/16', true],
    ['http://169.254.169.254/', '192.168.0.0/16', false],
    ['http://u:p@erp.lan:8080/', 'erp.lan:8080', false],
    ['file://erp.lan/x', 'erp.lan', false],
  ])('%s with %s: %s', (url, entry, opened) => {
    const check = () => checkOutgoingUrl(url, allowing(entry));
    if (opened) expect(check).not.toThrow();
    else expect(check).toThrow();
  });

  it('a network opens names that resolve into it, and a name opens wherever it leads', () => {
    const url = new URL('http://erp.shop.example/');
    expect(mayConnectFor(url, '192.168.1.5', allowing('192.168.1.0/24'))).toBe(true);
    expect(mayConnectFor(url, '127.0.0.1', allowing('192.168.1.0/24'))).toBe(false);
    expect(mayConnectFor(url, '10.0.0.1', allowing('erp.shop.example'))).toBe(true);
    expect(mayConnectFor(url, '10.0.0.1', allowing('shop.example'))).toBe(false);
    expect(mayConnectFor(url, '8.8.8.8', PUBLIC_ONLY)).toBe(true);
  });

  it.each(['', 'a b', 'http://erp.lan', 'erp.lan/x', '10.0.0.0/99', 'erp:port', '-x', '*'])('"%s" is refused', (text) =>
    expect(readAllowance(text)).toBeNull(),
  );
});

describe('programs on this machine', () => {
  const here: EgressPolicy = { allowed: [], ownMachine: true };
  const named = ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]'];

  it.each(named)('are called as %s', (host) =>
    expect(() => checkOutgoingUrl(`http://${host}:8080/hook`, here)).not.toThrow(),
  );

  it.each(HOSTILE_HOSTS.filter((host) => !named.includes(host)))('but not as %s', (host) =>
    expect(() => checkOutgoingUrl(`http://${host}:8080/hook`, here)).toThrow(/private network|no address to call/),
  );

  it('a public name that leads here does not count as one of them', () => {
    expect(mayConnectFor(new URL('http://rebound.example/'), '127.0.0.1', here)).toBe(false);
    expect(mayConnectFor(new URL('http://localhost/'), '127.0.0.1', here)).toBe(true);
    expect(mayConnectFor(new URL('http://localhost/'), '10.0.0.1', here)).toBe(false);
  });
});
