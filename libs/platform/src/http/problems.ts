import { type ArgumentsHost, BadRequestException, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Problem } from '#contracts';
import { isTransient } from '#database';
import { DomainError, type ErrorKind } from '#kernel';
import { BODY_LIMIT, inWords } from './body-sizes.rules.js';

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  unavailable: 503,
};

const TITLES: Record<number, string> = {
  400: 'Not understood',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  408: 'Too slow',
  414: 'Address too long',
  415: 'Unsupported content type',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Our fault',
  503: 'Not available right now',
};

/** One of the two places that translate errors: into application/problem+json (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    const problem = problemOf(error);
    if (problem.status >= 500) {
      this.logger.error({ err: error, method: request.method, route: request.routeOptions?.url }, 'a request failed');
    }
    if (reply.sent) return;
    if (problem.status === 429 || problem.status === 503)
      void reply.header('retry-after', String(problem['retryAfter'] ?? 1));
    void reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem));
  }
}

/** Also used by Fastify's own error hook, for what fails before Nest sees it (broken JSON, too large). */
export function problemOf(error: unknown, bodyLimit = BODY_LIMIT): Problem {
  if (error instanceof DomainError) {
    return make(STATUS[error.kind], error.code, error.message, error.details);
  }
  if (error instanceof BadRequestException) return badRequest(error);
  if (error instanceof HttpException) {
    return make(error.getStatus(), codeOf(error.getStatus()), error.message);
  }
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) {
    return make(
      413,
      'too_large',
      `The body is larger than ${inWords(bodyLimit)}. Send less at once, or send attachments one by one.`,
    );
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return make(
      statusCode,
      codeOf(statusCode),
      `${message ?? 'The request was not understood'}. Check the body, its Content-Type and the address.`,
    );
  }
  if (isTransient(error)) {
    return make(503, 'unavailable', 'The database does not answer right now. Nothing was lost; try again in a moment.');
  }
  return make(
    500,
    'internal',
    'Something went wrong on our side. It was logged; try again, and report it if it stays.',
  );
}

function badRequest(error: BadRequestException): Problem {
  const response = error.getResponse() as { message?: string | string[] };
  const messages = Array.isArray(response.message) ? response.message : [response.message ?? error.message];
  const errors = messages.slice(0, 50).map((message) => ({ path: /^([\w.]+) /.exec(message)?.[1] ?? '', message }));
  return make(400, 'invalid', `The request was not understood: ${messages.slice(0, 3).join('; ')}.`, { errors });
}

function make(status: number, code: string, detail: string, extra: Record<string, unknown> = {}): Problem {
  return {
    ...extra,
    type: `https://kairos.example/problems/${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    code,
    detail,
  };
}

function codeOf(status: number): string {
  return (
    {
      401: 'not_signed_in',
      403: 'forbidden',
      404: 'not_found',
      405: 'method_not_allowed',
      413: 'too_large',
      408: 'too_slow',
      414: 'address_too_long',
      415: 'unsupported_content_type',
      429: 'too_many',
      431: 'headers_too_large',
    }[status] ?? 'invalid'
  );
}
