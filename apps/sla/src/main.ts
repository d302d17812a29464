import { serve, SignedIdentityResolver } from '#platform';
import { slaMigrations, slaModule } from './index.js';

/** sla as a process of its own: it believes the identity that gateway signs, and nobody else. */
await serve({
  apps: [{ name: 'sla', migrations: slaMigrations, module: slaModule }],
  identity: (parts) => ({
    useFactory: () => new SignedIdentityResolver(parts.config.secret, () => parts.clock.now().getTime()),
  }),
});
