import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import { currentTrace } from '#event-log';

/** Never in a line, whatever object is logged: credentials, cookies, signatures, secrets of channels. */
const REDACTED = [
  'password',
  'token',
  'secret',
  'secrets',
  'authorization',
  'cookie',
  'authToken',
  'appSecret',
  'pageAccessToken',
  'botToken',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/** JSON lines on stdout with the correlation id of the request or event being handled. */
export function createLogger(app: string, level: string): Logger {
  return pino({
    name: app,
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    mixin: () => {
      const trace = currentTrace();
      return trace ? { correlationId: trace.correlationId } : {};
    },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}

/** Nest's own lines through the same logger, its start-up chatter at debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error({ context, stack }, String(message));
  }
  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}
