import { baseUrl, ConfigCheck, isText } from '../config.rules.js';
import type { ConnectorDescription } from '../connector.js';

export const description: ConnectorDescription = {
  kind: 'sms',
  label: 'SMS',
  secretFields: ['authToken'],
  validate(config, secrets) {
    const check = new ConfigCheck('SMS');
    const number = config['phoneNumber'];
    check.must(
      isText(number, 40) && isDiallable(compact(number)),
      'config.phoneNumber',
      'your Twilio number in international form, such as +15551234567',
    );
    const sid = config['accountSid'];
    check.must(
      isText(sid, 60) && /^AC[0-9a-zA-Z]{1,58}$/.test(sid),
      'config.accountSid',
      'your Twilio account SID, which begins with AC',
    );
    check.must(isText(secrets['authToken'], 200), 'secrets.authToken', 'the auth token of your Twilio account');
    check.publicUrl(config);
    check.finish();
  },
  address: (config) => (typeof config['phoneNumber'] === 'string' ? compact(config['phoneNumber']) : ''),
  webhooks: (publicUrl, channelId, config) => {
    const url = `${baseUrl(config, publicUrl)}/webhooks/sms/${channelId}`;
    return [
      { purpose: 'A message comes in', method: 'POST', url },
      { purpose: 'Delivery status', method: 'POST', url: `${url}/status` },
    ];
  },
};

/**
 * An international number as E.164 has it, or a short code. Only outgoing numbers are held to it: what calls itself
 * a sender is kept as it came. Whether the number exists only the carrier knows.
 */
export function isDiallable(number: string): boolean {
  return /^\d{3,8}$/.test(number) || /^\+[1-9]\d{6,14}$/.test(number);
}

export function compact(number: string): string {
  return number.replace(/[\s().-]/g, '');
}
