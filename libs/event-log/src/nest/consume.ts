import { applyDecorators, type ArgumentsHost, Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { Topic } from '#contracts';
import type { Tx } from '#database';
import type { SubscriptionOptions } from '../event-log.js';

/** What a handler gets beside its batch: the transaction that also moves the consumed offset. */
export interface LogContext {
  tx: Tx;
}

export type ConsumeOptions = Pick<SubscriptionOptions, 'commit'>;

/** Several apps live in one process in the standalone: the id tells their handlers apart. */
export function transportOf(app: string): symbol {
  return Symbol.for(`kairos event log of ${app}`);
}

/** Nest would log an error and hide it from the log, which has to bisect and park: it is passed on as it is. */
@Catch()
class PassOn implements RpcExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Handles a topic for an app: `@Consume('inbox', 'channel.inbound.v1') receive(@Payload() batch: Batch, @Ctx() { tx }: LogContext)`.
 * One handler a topic and app, since order holds across the types of a topic.
 */
export const Consume = (app: string, topic: Topic, options: ConsumeOptions = {}): MethodDecorator =>
  applyDecorators(EventPattern(topic, transportOf(app) as never, options) as MethodDecorator, UseFilters(PassOn));
