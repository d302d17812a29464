export * from './correlation.js';
export * from './envelope.js';
export * from './event-log.js';
export * from './nest/consume.js';
export * from './nest/event-log.server.js';
export * from './open.js';
export * from './postgres/postgres-event-log.js';
export * from './schema.js';
