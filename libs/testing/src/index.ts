export * from './eventually.js';
export * from './far-ends/index.js';
export * from './kafka.js';
export * from './test-app.js';
export * from './test-context.js';
export * from './hostile-hosts.js';
export * from './described-answers.js';
