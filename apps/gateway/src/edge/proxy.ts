import http from 'node:http';
import https from 'node:https';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#kernel';
import { type Headers, IDENTITY_HEADER, type Identity, signIdentity } from '#platform';
import { PROXIED, type ProxiedApp } from './edge-options.js';
import { refuse } from './request-rules.js';

export interface ProxyOptions {
  apps: Partial<Record<ProxiedApp, string>>;
  secret: string;
  nowMs: () => number;
  resolve(headers: Headers): Promise<Identity | null>;
}

type ProxiedRequest = FastifyRequest & { identity?: Identity };

/** An app that does not begin to answer within this is taken for stuck. */
const ANSWER_MS = 60_000;

/** Of one hop only (RFC 9110 7.6.1), or ours to decide: the apps get an identity, never somebody's credentials. */
const NOT_FORWARDED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'cookie',
  'set-cookie',
  'authorization',
  IDENTITY_HEADER,
]);

/** Hands the routes of the other apps on to them, bodies streamed both ways, with who asks signed by us. */
export function registerProxy(fastify: FastifyInstance, options: ProxyOptions): void {
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  fastify.addHook('onClose', async () => {
    agents.http.destroy();
    agents.https.destroy();
  });
  void fastify.register(async (scope) => {
    // bodies are not looked at here
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    for (const [app, prefixes] of Object.entries(PROXIED) as [ProxiedApp, readonly string[]][]) {
      const base = options.apps[app];
      if (!base) continue;
      const handler = (request: FastifyRequest, reply: FastifyReply) => pass(app, base, request, reply);
      for (const prefix of prefixes) {
        for (const url of [`/api/v1/${prefix}`, `/api/v1/${prefix}/*`]) {
          scope.route({ method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], url, handler });
        }
      }
    }
  });

  async function pass(app: ProxiedApp, base: string, request: ProxiedRequest, reply: FastifyReply) {
    try {
      const identity = await options.resolve(request.headers);
      const headers = forwarded(request.headers) as http.OutgoingHttpHeaders;
      request.identity = identity ?? undefined;
      if (identity) headers[IDENTITY_HEADER] = signIdentity(options.secret, identity, options.nowMs());
      headers['x-correlation-id'] = reply.getHeader('x-correlation-id');
      const answer = await send(base, request, { headers, answered: reply.raw });
      for (const [name, value] of Object.entries(forwarded(answer.headers))) void reply.header(name, value);
      return reply.status(answer.statusCode ?? 502).send(answer);
    } catch (error) {
      request.log?.debug?.(error);
      return refuse(reply, error instanceof DomainError ? error : unavailable(app, error));
    }
  }

  function send(
    base: string,
    request: FastifyRequest,
    { headers, answered }: { headers: http.OutgoingHttpHeaders; answered: http.ServerResponse },
  ): Promise<http.IncomingMessage> {
    const url = new URL(base);
    // the address goes on as it was written: a URL object would resolve `%2e%2e` into another route
    const target = { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port, path: request.url };
    const client = url.protocol === 'https:' ? https : http;
    const agent = url.protocol === 'https:' ? agents.https : agents.http;
    return new Promise((done, fail) => {
      const outgoing = client.request({ ...target, method: request.method, headers, agent, timeout: ANSWER_MS }, done);
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_MS / 1_000} s`)));
      outgoing.on('error', fail); // after the answer began: the answer's own stream tells
      request.raw.on('close', () => {
        if (!request.raw.complete) outgoing.destroy(); // the caller went away in the middle
      });
      request.raw.pipe(outgoing);
      // whoever answers early may not take the rest: left unread, it would hold up the next request of this connection
      outgoing.on('close', () => request.raw.unpipe(outgoing).resume());
      answered.on('finish', () => !request.raw.complete && outgoing.destroy());
    });
  }
}

function forwarded(headers: http.IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !NOT_FORWARDED.has(name)) kept[name] = value;
  }
  return kept;
}

const unavailable = (app: string, cause: unknown) =>
  new DomainError(
    'app_unavailable',
    'unavailable',
    `The part of Kairos that answers this (${app}) is not running right now. Nothing was lost; try again in a moment.`,
    { app },
    { cause },
  );
