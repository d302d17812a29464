export { InboxContext } from './inbox.context.js';
export { InboxModule, inboxModule } from './inbox.module.js';
export { inboxMigrations } from './migrations/index.js';
