export * from './connector.js';
export { MailParserPool } from './email/parser-pool.js';
export type { MailParserPoolOptions } from './email/parser-pool.js';
export { connectorOf, connectors } from './registry.js';
