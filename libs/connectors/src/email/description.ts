import { ConfigCheck, isText } from '../config.rules.js';
import type { ConnectorDescription } from '../connector.js';
import { isAddress, normaliseAddress } from './addresses.js';

interface ImapConfig {
  host?: unknown;
  port?: unknown;
  secure?: unknown;
  user?: unknown;
}

export const description: ConnectorDescription = {
  kind: 'email',
  label: 'Email',
  secretFields: ['imapPassword'],
  validate(config, secrets) {
    const check = new ConfigCheck('email');
    const address = config['address'];
    const valid = isText(address, 254) && isAddress(normaliseAddress(address)) && address.includes('.');
    check.must(valid, 'config.address', 'a mail address such as help@shop.example');
    const { displayName, authservId } = config;
    check.must(
      displayName === undefined || isLine(displayName, 100),
      'config.displayName',
      'one line of at most 100 characters',
    );
    check.must(
      authservId === undefined || isLine(authservId, 255),
      'config.authservId',
      'the name your mail server writes first in Authentication-Results',
    );
    check.must(config['inbound'] === 'smtp' || config['inbound'] === 'imap', 'config.inbound', '"smtp" or "imap"');
    if (config['inbound'] === 'imap') {
      const imap = (config['imap'] ?? {}) as ImapConfig;
      check.must(isLine(imap.host, 255), 'config.imap.host', 'the name of the IMAP server');
      check.must(isPort(imap.port), 'config.imap.port', 'a port number from 1 to 65535');
      check.must(typeof imap.secure === 'boolean', 'config.imap.secure', 'true (TLS) or false');
      check.must(isLine(imap.user, 255), 'config.imap.user', 'the user name of the mailbox');
      check.must(isText(secrets['imapPassword']), 'secrets.imapPassword', 'the password of the mailbox');
    }
    check.publicUrl(config);
    check.finish();
  },
  address: (config) => (typeof config['address'] === 'string' ? normaliseAddress(config['address']) : ''),
  webhooks: () => [],
};

function isLine(value: unknown, max: number): boolean {
  return isText(value, max) && !/[\r\n]/.test(value);
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536;
}
