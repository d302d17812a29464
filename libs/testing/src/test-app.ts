import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventLogServer } from '#event-log';
import {
  type AppContext,
  createHttpApp,
  type Headers,
  type Identity,
  IdentityResolver,
  type ProcessParts,
} from '#platform';

/** Believes the header `x-test-identity` (JSON of an Identity): for tests of one app without gateway. */
export class TestIdentityResolver extends IdentityResolver {
  async resolve(headers: Headers): Promise<Identity | null> {
    const header = headers['x-test-identity'];
    return typeof header === 'string' ? (JSON.parse(header) as Identity) : null;
  }
}

export function asIdentity(identity: Partial<Identity> = {}): Record<string, string> {
  return {
    'x-test-identity': JSON.stringify({
      personId: '00000000-0000-7000-8000-000000000001',
      role: 'admin',
      teamIds: [],
      scopes: [],
      via: 'token',
      ...identity,
    }),
  };
}

export interface RunningApp {
  app: NestFastifyApplication;
  /** http://127.0.0.1:port */
  url: string;
  close(): Promise<void>;
}

/** Serves modules on a free port and consumes the event log for each given context that does. */
export async function runApp(options: {
  parts: ProcessParts;
  modules: (DynamicModule | Type)[];
  contexts: AppContext[];
  identity?: Parameters<typeof createHttpApp>[0]['identity'];
}): Promise<RunningApp> {
  const app = await createHttpApp({
    parts: options.parts,
    logger: options.contexts[0]!.logger,
    modules: options.modules,
    identity: options.identity ?? { useFactory: () => new TestIdentityResolver() },
  });
  for (const context of options.contexts.filter(({ consumes }) => consumes)) {
    app.connectMicroservice({ strategy: new EventLogServer(context.log, context.app) });
  }
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return { app, url: (await app.getUrl()).replace('localhost', '127.0.0.1'), close: () => app.close() };
}
