import { readdirSync } from 'node:fs';
import type { ChannelKind } from '#contracts';
import { CHANNEL_KINDS } from '#contracts';
import type { SecretSet } from './connector.js';
import { connectorOf, connectors } from './registry.js';

const GOOD: Record<ChannelKind, [Record<string, unknown>, SecretSet, string]> = {
  email: [{ address: 'Help@Shop.test', inbound: 'smtp' }, {}, 'help@shop.test'],
  sms: [
    { phoneNumber: '+1 500 555 0001', accountSid: 'AC00000000000000000000000000000000' },
    { authToken: 't' },
    '+15005550001',
  ],
  messenger: [{ pageId: '1234567890' }, { appSecret: 'a', verifyToken: 'v', pageAccessToken: 'p' }, '1234567890'],
  webchat: [{ allowedOrigins: ['https://www.shop.test'], title: 'Shop', language: 'el' }, {}, ''],
  custom: [{ slaKind: 'sms', replyUrl: 'https://forum.test/replies?x=1' }, {}, ''],
};

const BAD: [ChannelKind, Record<string, unknown>, SecretSet, string][] = [
  ['email', { inbound: 'smtp' }, {}, 'config.address'],
  ['email', { address: 'help', inbound: 'smtp' }, {}, 'config.address'],
  ['email', { address: 'a@b.test\r\nBcc: x@y.test', inbound: 'smtp' }, {}, 'config.address'],
  ['email', { address: 'a@b.test', inbound: 'pop3' }, {}, 'config.inbound'],
  ['email', { address: 'a@b.test', inbound: 'smtp', displayName: 'a\nb' }, {}, 'config.displayName'],
  ['email', { address: 'a@b.test' }, {}, 'config.inbound'],
  ['sms', { phoneNumber: 'help', accountSid: 'AC1' }, { authToken: 't' }, 'config.phoneNumber'],
  ['sms', { phoneNumber: '+15005550001', accountSid: 'SK1' }, { authToken: 't' }, 'config.accountSid'],
  ['sms', { phoneNumber: '+15005550001', accountSid: 'AC1' }, {}, 'secrets.authToken'],
  [
    'sms',
    { phoneNumber: '+15005550001', accountSid: 'AC1', publicUrl: 'https://x.test/#rc=5' },
    { authToken: 't' },
    'config.publicUrl',
  ],
  ['messenger', {}, { appSecret: 'a', verifyToken: 'v', pageAccessToken: 'p' }, 'config.pageId'],
  ['messenger', { pageId: '1' }, { appSecret: '', verifyToken: 'v', pageAccessToken: 'p' }, 'secrets.appSecret'],
  ['messenger', { pageId: '1' }, { appSecret: 'a', verifyToken: ' ', pageAccessToken: 'p' }, 'secrets.verifyToken'],
  ['messenger', { pageId: '1' }, { appSecret: 'a', verifyToken: 'v' }, 'secrets.pageAccessToken'],
  ['webchat', {}, {}, 'config.allowedOrigins'],
  ['webchat', { allowedOrigins: ['*'] }, {}, 'config.allowedOrigins'],
  ['webchat', { allowedOrigins: ['https://shop.test/page'] }, {}, 'config.allowedOrigins'],
  ['webchat', { allowedOrigins: [], language: 'xx' }, {}, 'config.language'],
  ['custom', { slaKind: 'phone' }, {}, 'config.slaKind'],
  ['custom', { replyUrl: 'ftp://x.test' }, {}, 'config.replyUrl'],
  ['custom', { replyUrl: 'https://u:p@x.test' }, {}, 'config.replyUrl'],
  ['custom', {}, { signingSecret: 'short' }, 'secrets.signingSecret'],
];

describe('the registry', () => {
  it('has a line and a folder for every kind of channel', () => {
    expect(Object.keys(connectors).sort()).toEqual([...CHANNEL_KINDS].sort());
    for (const kind of CHANNEL_KINDS) {
      expect(connectorOf(kind).description.kind).toBe(kind);
      const files = readdirSync(`${import.meta.dirname}/${kind}`);
      expect(files.includes('send.ts')).toBe(connectorOf(kind).sender !== undefined);
      expect(files).toEqual(expect.arrayContaining(['README.md', 'fixtures', 'receive.ts']));
    }
  });

  it.each(CHANNEL_KINDS)('%s takes good settings and names its address', (kind) => {
    const [config, secrets, address] = GOOD[kind];
    expect(() => connectorOf(kind).description.validate(config, secrets)).not.toThrow();
    expect(connectorOf(kind).description.address(config)).toBe(address);
  });

  it.each(BAD)('%s with %j is refused', (kind, config, secrets, path) => {
    expect(() => connectorOf(kind).description.validate(config, secrets)).toThrow(
      expect.objectContaining({
        code: 'invalid_channel_config',
        kind: 'invalid',
        details: { errors: expect.arrayContaining([expect.objectContaining({ path })]) as unknown },
      }) as Error,
    );
  });

  it('says the URLs to register, without fragment, under the channel’s own base where it has one', () => {
    const urls = (kind: ChannelKind, config = {}) =>
      connectorOf(kind)
        .description.webhooks('https://kairos.example/', 'ch_1', config)
        .map(({ method, url }) => `${method} ${url}`);
    expect(urls('sms')).toEqual([
      'POST https://kairos.example/webhooks/sms/ch_1',
      'POST https://kairos.example/webhooks/sms/ch_1/status',
    ]);
    expect(urls('messenger', { publicUrl: 'https://m.shop.test' })).toEqual([
      'GET https://m.shop.test/webhooks/messenger/ch_1',
      'POST https://m.shop.test/webhooks/messenger/ch_1',
    ]);
    expect(urls('email')).toEqual([]);
  });
});
