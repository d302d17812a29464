import { addressBytes, isInRange, isLoopback, readAddressRange } from './addresses.js';

describe('addresses', () => {
  it.each([
    ['10.1.2.3', [10, 1, 2, 3]],
    ['::ffff:10.1.2.3', [10, 1, 2, 3]],
    ['[::ffff:a01:203]', [10, 1, 2, 3]],
    ['fe80::1%eth0', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['::', Array(16).fill(0)],
    ['2001:db8:0:1:2:3:4:5', [0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5]],
  ])('%s is read', (text, bytes) => expect(addressBytes(text)).toEqual(bytes));

  it.each([
    '',
    'localhost',
    '10.1.2',
    '10.1.2.256',
    '010.1.2.3.4',
    '1::2::3',
    ':::',
    '12345::',
    'g::1',
    '1:2:3',
    '::1.2.3.400',
  ])('"%s" is no address', (text) => expect(addressBytes(text)).toBeNull());

  it.each([
    ['10.255.0.1', '10.0.0.0/8', true],
    ['11.0.0.1', '10.0.0.0/8', false],
    ['172.31.0.1', '172.16.0.0/12', true],
    ['172.32.0.1', '172.16.0.0/12', false],
    ['::ffff:10.0.0.1', '10.0.0.0/8', true],
    ['fd12::1', 'fd00::/8', true],
    ['fe12::1', 'fd00::/8', false],
    ['10.0.0.1', 'fd00::/8', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.2', '10.0.0.1', false],
    ['8.8.8.8', '0.0.0.0/0', true],
    ['name', '0.0.0.0/0', false],
  ])('%s in %s: %s', (address, range, inside) => expect(isInRange(address, readAddressRange(range)!)).toBe(inside));

  it.each(['10.0.0.0/33', 'fd00::/129', 'shop.example', '10.0.0.0/', '/8', '10.0.0.0/8/8'])(
    '"%s" is no range',
    (text) => expect(readAddressRange(text)).toBeNull(),
  );

  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['::1', true],
    ['[::1]', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['localhost.example', false],
  ])('%s is this machine only: %s', (host, own) => expect(isLoopback(host)).toBe(own));
});
