import { RouteConfig, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Headers, type Identity } from '../identity.js';
import { notSignedIn } from './access.js';
import { BODY_LIMIT, SMALL_BODY } from './body-sizes.rules.js';
import { checkJsonText } from './body-shape.rules.js';
import { sendProblem } from './problem-replies.js';

interface BodyRule {
  limit: number;
  /** `raw`: the bytes are what is signed, nobody reads them before the signature is proven. */
  for: 'signed-in' | 'raw';
}

/** Takes more than 64 KiB, but from nobody who is not signed in: that is looked at before a byte is read. */
export const TakesBody = (limit: number) => RouteConfig({ body: { limit, for: 'signed-in' } satisfies BodyRule });

/** Takes the bytes as they are, whatever they are called. */
export const TakesRawBody = () => RouteConfig({ body: { limit: BODY_LIMIT, for: 'raw' } satisfies BodyRule });

type Resolve = (headers: Headers) => Promise<Identity | null>;

/** Before the routes are made: each gets its own limit. */
export function limitBodies(app: NestFastifyApplication, fastify: FastifyInstance, resolve: Resolve): void {
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit ??= ruleOf(route.config)?.limit ?? SMALL_BODY;
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) return tooLarge(reply);
    done();
  });
  fastify.addHook('preParsing', async (request: FastifyRequest & { identity?: Identity }, reply) => {
    if (ruleOf(request.routeOptions.config)?.for !== 'signed-in') return;
    request.identity = (await resolve(request.headers)) ?? undefined;
    if (!request.identity) await sendProblem(reply, notSignedIn());
  });
  keepRawBodies(app, fastify);
}

/**
 * JSON is parsed for those who expect it. Everything else stays bytes, forms too: only providers send them, and a
 * page elsewhere cannot post one to us in somebody's name.
 */
function keepRawBodies(app: NestFastifyApplication, fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  type Parsed = (error: Error | null, body?: unknown) => void;
  app.useBodyParser('application/json', {}, (request: FastifyRequest, body: Buffer, done: Parsed) => {
    if (ruleOf(request.routeOptions.config)?.for === 'raw') return done(null, body);
    checkJsonText(body);
    void parseJson(request, body as unknown as string, done);
  });
  fastify.removeContentTypeParser('text/plain');
  const bytes = (_request: FastifyRequest, body: Buffer, done: Parsed) => done(null, body);
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'message/rfc822']) {
    app.useBodyParser(type, {}, bytes);
  }
  // not through Nest, which would take it for a parser of JSON as well
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    (request as { rawBody?: Buffer }).rawBody = body as Buffer;
    done(null, body);
  });
}

/** The upload is not read to its end: the connection closes. */
function tooLarge(reply: FastifyReply): void {
  void sendProblem(reply.header('connection', 'close'), { statusCode: 413 });
}

function ruleOf(config: unknown): BodyRule | undefined {
  return (config as { body?: BodyRule } | undefined)?.body;
}
