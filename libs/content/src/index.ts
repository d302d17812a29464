export * from './consent.js';
export * from './html-to-text.js';
export * from './quotes.js';
export * from './sanitize.js';
export * from './segments.js';
export * from './sniff.js';
