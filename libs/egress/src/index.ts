export * from './egress-client.js';
export * from './egress.rules.js';
