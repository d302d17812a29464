import path from 'node:path';
import type { AppContext, ServeOptions } from '#platform';
import { appsFromEnvironment, projectedByFrom } from './edge/edge-options.js';
import { gatewayModule } from './gateway.module.js';
import { gatewayMigrations } from './migrations/index.js';
import { SessionIdentityResolver } from './people/session-identity.resolver.js';
import { SetupService } from './people/setup.service.js';

/** dist/web, seen from dist/apps/gateway/src */
const WEB_FOLDER = path.resolve(import.meta.dirname, '../../../web');

const projectedBy = projectedByFrom(process.env);

/** How gateway is served, alone or with the other apps in one process (`serve` of platform). */
export const gatewayApp = {
  apps: [
    {
      name: 'gateway',
      migrations: gatewayMigrations,
      consumes: !projectedBy,
      module: (context: AppContext) =>
        gatewayModule(context, {
          apps: appsFromEnvironment(process.env),
          webFolder: WEB_FOLDER,
          ownHealth: true,
          ...(projectedBy ? { projectedBy } : {}),
        }),
    },
  ],
  identity: () => ({
    inject: [SessionIdentityResolver],
    useFactory: (resolver: SessionIdentityResolver) => resolver,
  }),
  ownHealth: true,
  started: async (app) => {
    const code = await app.get(SetupService, { strict: false }).code();
    if (code) process.stdout.write(`  first administrator: the page asks for this one-time code: ${code}\n`);
  },
} satisfies ServeOptions;
