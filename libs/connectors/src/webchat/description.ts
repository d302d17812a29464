import { LANGUAGES } from '#contracts';
import { ConfigCheck, isText } from '../config.rules.js';
import type { ConnectorDescription } from '../connector.js';

export const description: ConnectorDescription = {
  kind: 'webchat',
  label: 'Web chat',
  secretFields: ['identitySecret'],
  validate(config, secrets) {
    const check = new ConfigCheck('web chat');
    const { allowedOrigins, title, language } = config;
    const origins = Array.isArray(allowedOrigins) && allowedOrigins.length <= 100 && allowedOrigins.every(isOrigin);
    check.must(
      origins,
      'config.allowedOrigins',
      'a list of origins such as https://www.shop.example (it may be empty)',
    );
    check.must(title === undefined || isText(title, 100), 'config.title', 'a text of at most 100 characters');
    check.must(
      language === undefined || LANGUAGES.some((known) => known === language),
      'config.language',
      `one of ${LANGUAGES.join(', ')}`,
    );
    const secret = secrets['identitySecret'];
    check.must(
      secret === undefined || (isText(secret) && secret.length >= 16),
      'secrets.identitySecret',
      'left out or at least 16 characters',
    );
    check.publicUrl(config);
    check.finish();
  },
  address: () => '',
  webhooks: () => [],
};

function isOrigin(value: unknown): boolean {
  return isText(value, 300) && URL.canParse(value) && /^https?:/.test(value) && new URL(value).origin === value;
}
