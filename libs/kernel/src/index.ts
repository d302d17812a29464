export * from './addresses.js';
export * from './clock.js';
export * from './duration.js';
export * from './errors.js';
export * from './ids.js';
export * from './reply-token.js';
export * from './seal.js';
export * from './text.js';
