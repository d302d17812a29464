import { gatewayMigrations, gatewayProjectionModule } from '#gateway-projection';
import { inboxMigrations, inboxModule } from '#inbox';
import { notifierMigrations, notifierModule } from '#notifier';
import { serve, SignedIdentityResolver } from '#platform';
import { slaMigrations, slaModule } from '#sla';

/**
 * The three apps behind gateway in one process, over one Postgres, and what gateway keeps of their events (ADR 17): with
 * gateway's own process, all that `npm start` runs (ADR 15).
 */
await serve({
  apps: [
    { name: 'inbox', migrations: inboxMigrations, module: inboxModule },
    { name: 'sla', migrations: slaMigrations, module: slaModule },
    { name: 'notifier', migrations: notifierMigrations, module: notifierModule },
    { name: 'gateway', migrations: gatewayMigrations, module: gatewayProjectionModule },
  ],
  identity: (parts) => ({
    useFactory: () => new SignedIdentityResolver(parts.config.secret, () => parts.clock.now().getTime()),
  }),
});
