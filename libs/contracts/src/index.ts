export { ANSWERS } from './answers.generated.js';
export * from './arrivals.js';
export * from './audit.js';
export * from './delivery-words.js';
export * from './events.js';
export * from './kinds.js';
export * from './sockets.js';
export * from './views.js';
