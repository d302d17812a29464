import { ConfigCheck, isText } from '../config.rules.js';
import type { ConnectorDescription } from '../connector.js';

const KINDS = ['email', 'sms', 'social', 'webchat'];

export const description: ConnectorDescription = {
  kind: 'custom',
  label: 'Custom',
  secretFields: ['signingSecret'],
  validate(config, secrets) {
    const check = new ConfigCheck('custom');
    const { slaKind, replyUrl } = config;
    check.must(
      slaKind === undefined || (isText(slaKind) && KINDS.includes(slaKind)),
      'config.slaKind',
      `left out or one of ${KINDS.join(', ')}`,
    );
    check.must(
      replyUrl === undefined || isReplyUrl(replyUrl),
      'config.replyUrl',
      'left out or an http or https address without user and password',
    );
    const secret = secrets['signingSecret'];
    check.must(
      secret === undefined || (isText(secret) && secret.length >= 16),
      'secrets.signingSecret',
      'left out or at least 16 characters',
    );
    check.publicUrl(config);
    check.finish();
  },
  address: () => '',
  webhooks: () => [],
  outgoing: ({ replyUrl }) => (isText(replyUrl) ? [{ path: 'config.replyUrl', url: replyUrl }] : []),
};

function isReplyUrl(value: unknown): boolean {
  if (!isText(value, 2_000) || !URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
