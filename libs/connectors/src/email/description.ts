import { ConfigCheck, isText } from '../config.rules.js';
import type { ConnectorDescription } from '../connector.js';
import { isAddress, normaliseAddress } from './addresses.js';

export const description: ConnectorDescription = {
  kind: 'email',
  label: 'Email',
  secretFields: [],
  validate(config) {
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
    check.must(config['inbound'] === 'smtp', 'config.inbound', '"smtp"');
    check.publicUrl(config);
    check.finish();
  },
  address: (config) => (typeof config['address'] === 'string' ? normaliseAddress(config['address']) : ''),
  webhooks: () => [],
};

function isLine(value: unknown, max: number): boolean {
  return isText(value, max) && !/[\r\n]/.test(value);
}
