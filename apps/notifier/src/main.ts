import { serve, SignedIdentityResolver } from '#platform';
import { notifierMigrations, notifierModule } from './index.js';

/** notifier as a process of its own: it believes the identity that gateway signs, and nobody else. */
await serve({
  apps: [{ name: 'notifier', migrations: notifierMigrations, module: notifierModule }],
  identity: (parts) => ({
    useFactory: () => new SignedIdentityResolver(parts.config.secret, () => parts.clock.now().getTime()),
  }),
});
