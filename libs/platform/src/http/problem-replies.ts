import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { Socket } from 'node:net';
import { BODY_LIMIT } from './body-sizes.rules.js';
import { problemOf } from './problems.js';

/** Any failure as application/problem+json; every place that answers for Nest uses this. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error, reply.request.routeOptions?.bodyLimit);
  // What some route takes is read to its end and thrown away: closing at once would lose this answer, behind the proxy too.
  if (problem.status === 413 && Number(reply.request.headers['content-length']) <= BODY_LIMIT) {
    void reply.removeHeader('connection');
  }
  return reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}

/**
 * Fastify refuses broken JSON, unknown content types and addresses before Nest is asked. Nest sets its error handler
 * after the routes, which have taken Fastify's own by then; ours stands before them and stays.
 */
export class ProblemAdapter extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance() as unknown as ReturnType<FastifyAdapter['setErrorHandler']>;
  }
}

/** What Node's own parser refuses (431, 408, 400) has no request and no reply: written as it goes over the wire. */
export function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const statusCode = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const message = statusCode === 431 ? 'The address and headers are longer than 16 kB' : 'This is no HTTP request';
  const problem = problemOf({ statusCode, message });
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${statusCode} ${problem.title}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
