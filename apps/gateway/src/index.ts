export * from './edge/edge-options.js';
export { gatewayApp } from './gateway.app.js';
export * from './gateway.context.js';
export * from './gateway.module.js';
export { gatewayMigrations } from './migrations/index.js';
export { SessionIdentityResolver } from './people/session-identity.resolver.js';
export { SetupService } from './people/setup.service.js';
