import { randomUUID } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { withTrace } from '#event-log';
import type { ProcessParts } from '../app-context.js';
import { IdentityResolver } from '../identity.js';
import { NestLogger } from '../logging.js';
import { AccessGuard } from './access.js';
import { limitBodies } from './body-limits.js';
import { BODY_LIMIT } from './body-sizes.rules.js';
import { BodyPipe } from './body-pipe.js';
import { HealthController, PROCESS_PARTS } from './health.controller.js';
import { ProblemAdapter, refuseBrokenRequest, sendProblem } from './problem-replies.js';
import { ProblemFilter } from './problems.js';
import { safeHeaders } from './safe-headers.js';
import { soundAddress } from './sound-address.rules.js';

/** Who sends a byte a minute holds no connection for ever; 25 MB on a slow line take less. */
const REQUEST_MS = 300_000;

@Module({})
class RootModule {}

export interface HttpAppOptions {
  parts: ProcessParts;
  logger: Logger;
  modules: (DynamicModule | Type)[];
  /** How this process finds out who asks: gateway's sessions, or gateway's signature. A provider of `IdentityResolver`. */
  identity: {
    imports?: (DynamicModule | Type)[];
    inject?: unknown[];
    useFactory: (...parts: never[]) => IdentityResolver;
  };
  /** Health, readiness and metrics by platform; gateway brings its own that ask the other apps too. */
  ownHealth?: boolean;
}

/** Nest on Fastify with everything every app needs: raw bodies, access guard, problem responses, correlation, safe headers. */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  const adapter = new ProblemAdapter({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    requestTimeout: REQUEST_MS,
    routerOptions: { maxParamLength: 2_000 },
    rewriteUrl: ({ url = '/' }) => soundAddress(url),
    frameworkErrors: (error: Error, _: unknown, reply: unknown) => void sendProblem(reply as FastifyReply, error),
    clientErrorHandler: refuseBrokenRequest,
  });
  const root: DynamicModule = {
    module: RootModule,
    imports: [...options.modules],
    controllers: options.ownHealth ? [] : [HealthController],
    providers: [
      { provide: PROCESS_PARTS, useValue: options.parts },
      {
        provide: IdentityResolver,
        useFactory: options.identity.useFactory as never,
        inject: (options.identity.inject ?? []) as never[],
      },
      { provide: APP_GUARD, useClass: AccessGuard },
    ],
  };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    rawBody: true,
    logger: new NestLogger(options.logger),
    abortOnError: false,
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  await prepareFastify(fastify, app, options.parts.config.publicUrl);
  const resolver = app.get(IdentityResolver);
  limitBodies(app, fastify, (headers) => resolver.resolve(headers));
  app.useGlobalFilters(new ProblemFilter(options.logger));
  app.useGlobalPipes(new BodyPipe());
  return app;
}

async function prepareFastify(fastify: FastifyInstance, app: NestFastifyApplication, publicUrl: string): Promise<void> {
  fastify.setErrorHandler((error, _request, reply: FastifyReply) => sendProblem(reply, error));
  await app.register(fastifyCookie as never);
  const headers = safeHeaders(publicUrl);
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const given = request.headers['x-correlation-id'];
    const correlationId = typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    void reply.headers(headers).header('x-correlation-id', correlationId);
    withTrace({ correlationId }, done);
  });
}
