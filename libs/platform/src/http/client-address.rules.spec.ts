import { addressGroup, clientAddress, readTrustedProxies, type TrustedProxies } from './client-address.rules.js';

const trust = (text: string) => readTrustedProxies(text) as TrustedProxies;

describe('whose address counts', () => {
  it.each([
    ['nobody trusted: the peer, whatever it says', '', '9.9.9.9', '1.1.1.1', '9.9.9.9'],
    ['nothing said', '1', '10.0.0.1', undefined, '10.0.0.1'],
    ['one proxy: whom it heard from', '1', '10.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['one proxy: not what its caller made up', '1', '10.0.0.1', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['two proxies', '2', '10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
    ['a network of proxies', '10.0.0.0/8', '10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
    ['a peer outside of it is believed nothing', '10.0.0.0/8', '9.9.9.9', '1.1.1.1', '9.9.9.9'],
    ['a trusted address in front of a stranger', '10.0.0.0/8', '10.0.0.1', '10.0.0.9, 1.1.1.1', '1.1.1.1'],
    ['only proxies', '10.0.0.0/8', '10.0.0.1', '10.0.0.9', '10.0.0.9'],
    ['a v4 peer on a v6 socket', '127.0.0.1', '::ffff:127.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['the word loopback', 'loopback', '127.0.0.1', '2001:4860::8', '2001:4860::8'],
    ['with a port', '1', '10.0.0.1', '1.1.1.1:4711', '1.1.1.1'],
    ['v6 with a port', '1', '10.0.0.1', '[2001:4860::8]:4711', '2001:4860::8'],
    ['several headers', '1', '10.0.0.1', ['6.6.6.6', '1.1.1.1'], '1.1.1.1'],
    ['what is no address ends the walk', '2', '10.0.0.1', '1.1.1.1, unknown', '10.0.0.1'],
    ['an empty header', '1', '10.0.0.1', '', '10.0.0.1'],
  ] as [string, string, string, string | string[] | undefined, string][])('%s', (...row) => {
    const [, trusted, peer, header, expected] = row;
    expect(clientAddress(peer, header, trust(trusted))).toBe(expected);
  });

  it.each(['true', 'yes', '11', '-1', '10.0.0.0/40', '10.0.0.1;127.0.0.1', 'proxy.lan', '1 2'])(
    'TRUST_PROXY=%s is refused',
    (text) => expect(readTrustedProxies(text)).toBeNull(),
  );

  it('counts a v6 network as one, and two v4 neighbours as two', () => {
    expect(addressGroup('2001:4860:1:2:3::1')).toBe(addressGroup('2001:4860:1:2:ffff::9'));
    expect(addressGroup('2001:4860:1:3::1')).not.toBe(addressGroup('2001:4860:1:2::1'));
    expect(addressGroup('1.1.1.1')).not.toBe(addressGroup('1.1.1.2'));
    expect(addressGroup('::ffff:1.1.1.1')).toBe(addressGroup('1.1.1.1'));
  });
});
