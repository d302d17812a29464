export * from './graph-end.js';
export * from './http-end.js';
export * from './mail-end.js';
export * from './slack-end.js';
export * from './twilio-end.js';
