import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, forbidden } from '#kernel';
import { type Headers, IDENTITY_HEADER, type Identity, problemOf } from '#platform';
import { scopesAllow } from '../people/scopes.rules.js';
import { bearerOf, sessionOf } from '../people/session-identity.resolver.js';
import { comesFromElsewhere } from './same-origin.rules.js';

export interface RequestRules {
  publicUrl: string;
  resolve(headers: Headers): Promise<Identity | null>;
}

/** Spoken between processes of ours, on their own ports; this is the door to the world. */
const INTERNAL = /^\/internal(\/|$)/;

/** What holds for every request from outside, whichever app answers it: before routing, guards and proxies. */
export function applyRequestRules(fastify: FastifyInstance, rules: RequestRules): void {
  const publicOrigin = new URL(rules.publicUrl).origin;
  fastify.addHook('onRequest', async (request, reply) => {
    delete request.headers[IDENTITY_HEADER]; // only we sign identities; nobody sends one in (security.md G2)
    try {
      // the route that was matched, not the address as written: `/%61pi/…` is the same route
      const path = request.routeOptions.url ?? request.url.split('?', 1)[0]!;
      if (INTERNAL.test(path)) throw notServed();
      const bearer = bearerOf(request.headers);
      refuseElsewhere(request, path, bearer !== null, publicOrigin);
      if (bearer) await checkScopes(request, path, rules);
    } catch (error) {
      return refuse(reply, error);
    }
    return undefined;
  });
}

function refuseElsewhere(request: FastifyRequest, path: string, hasBearer: boolean, publicOrigin: string): void {
  const { headers, method } = request;
  const facts = {
    method,
    path,
    hasBearer,
    host: headers.host,
    origin: headers.origin,
    referer: headers.referer,
    fetchSite: headers['sec-fetch-site'] as string | undefined,
    hasSession: sessionOf(headers) !== null,
  };
  if (!comesFromElsewhere(facts, publicOrigin)) return;
  throw new DomainError(
    'foreign_origin',
    'forbidden',
    'A change with a session cookie has to come from our own pages. From a script, send a token as "Authorization: Bearer …".',
  );
}

async function checkScopes(request: FastifyRequest, path: string, rules: RequestRules): Promise<void> {
  const identity = await rules.resolve(request.headers);
  if (!identity || scopesAllow(identity.scopes, request.method, path)) return;
  throw forbidden(`This token may ${identity.scopes.join(', ')} only. Issue one with wider scopes.`);
}

export function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error);
  return reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}

const notServed = () =>
  new DomainError(
    'not_found',
    'not_found',
    'There is nothing at this address. See /api/v1/openapi.json for what there is.',
  );
