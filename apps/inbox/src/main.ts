import { serve, SignedIdentityResolver } from '#platform';
import { inboxMigrations, inboxModule } from './index.js';

/** inbox as a process of its own: it believes the identity that gateway signs, and nobody else. */
await serve({
  apps: [{ name: 'inbox', migrations: inboxMigrations, module: inboxModule }],
  identity: (parts) => ({
    useFactory: () => new SignedIdentityResolver(parts.config.secret, () => parts.clock.now().getTime()),
  }),
});
