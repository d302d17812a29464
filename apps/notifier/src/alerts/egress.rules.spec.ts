import { checkOutgoingUrl, isForbiddenAddress } from './egress.rules.js';

const hosts = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '017700000001',
  '①②⑦.0.0.1',
  '127。0。0。1',
  '0',
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.254',
  '169.254.169.254',
  '169.254.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::10.0.0.1]',
  '[64:ff9b:1::1]',
  '[2002:7f00:1::]',
  '[2002:a00:1::]',
  '[2002:c0a8:101::1]',
  '[2001::1]',
  '[2001:db8::1]',
  '[fe80::1]',
  '[febf::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fdff::1]',
  '[ff02::1]',
  '[ff0e::1]',
  '[100::1]',
  '[5f00::1]',
  'localhost',
  'localhost.',
  'LOCALHOST',
  'app.localhost',
  'printer.local',
  'postgres',
  'metadata',
];

describe('where an outgoing call may go', () => {
  it.each(hosts)('not to %s', (host) => {
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
