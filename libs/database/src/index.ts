export * from './array-text.js';
export * from './database.js';
export * from './embedded-postgres.js';
export * from './joined.js';
export * from './packed.js';
export * from './pg-errors.js';
export * from './prepare.js';
export * from './tx.js';
