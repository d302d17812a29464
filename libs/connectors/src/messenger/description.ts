import { baseUrl, ConfigCheck, isText } from '../config.rules.js';
import type { ConnectorDescription } from '../connector.js';

export const description: ConnectorDescription = {
  kind: 'messenger',
  label: 'Messenger',
  secretFields: ['appSecret', 'verifyToken', 'pageAccessToken'],
  validate(config, secrets) {
    const check = new ConfigCheck('Messenger');
    const pageId = config['pageId'];
    check.must(
      isText(pageId, 60) && /^[\w-]+$/.test(pageId),
      'config.pageId',
      'the id of your Facebook page, a row of digits',
    );
    check.must(isText(secrets['appSecret']), 'secrets.appSecret', 'the app secret of your Meta app');
    check.must(isText(secrets['verifyToken']), 'secrets.verifyToken', 'a word of your own, typed in at Meta as well');
    check.must(isText(secrets['pageAccessToken'], 2_000), 'secrets.pageAccessToken', 'the access token of the page');
    check.publicUrl(config);
    check.finish();
  },
  address: (config) => (typeof config['pageId'] === 'string' ? config['pageId'].trim() : ''),
  webhooks: (publicUrl, channelId, config) => {
    const url = `${baseUrl(config, publicUrl)}/webhooks/messenger/${channelId}`;
    return [
      { purpose: 'Verification', method: 'GET', url },
      { purpose: 'Messages and delivery states', method: 'POST', url },
    ];
  },
};
