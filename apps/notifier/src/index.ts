import type { Migration } from '#database';
import { Deliveries1763856000001 } from './migrations/1763856000001-deliveries.js';
import { Alerts1763856000002 } from './migrations/1763856000002-alerts.js';
import { OptOuts1763856000003 } from './migrations/1763856000003-opt-outs.js';

export { notifierModule } from './notifier.module.js';
export { NotifierContext } from './notifier.context.js';
export const notifierMigrations: Migration[] = [Deliveries1763856000001, Alerts1763856000002, OptOuts1763856000003];
