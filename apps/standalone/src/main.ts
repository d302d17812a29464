import { gatewayApp } from '#gateway';
import { inboxMigrations, inboxModule } from '#inbox';
import { notifierMigrations, notifierModule } from '#notifier';
import { serve } from '#platform';
import { slaMigrations, slaModule } from '#sla';

/** All four apps in one process, over one Postgres: what `npm start` runs. Composition only. */
await serve({
  ...gatewayApp,
  apps: [
    ...gatewayApp.apps,
    { name: 'inbox', migrations: inboxMigrations, module: inboxModule },
    { name: 'sla', migrations: slaMigrations, module: slaModule },
    { name: 'notifier', migrations: notifierMigrations, module: notifierModule },
  ],
});
