export * from './connector.js';
export { MailParserPool } from './email/parser-pool.js';
export type { MailParserPoolOptions } from './email/parser-pool.js';
export { carrierConsent } from './sms/consent.rules.js';
export { connectorOf, connectors } from './registry.js';
