import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type ProcessParts } from '../app-context.js';
import { Allow } from './access.js';

export const PROCESS_PARTS = Symbol('process parts');

@Controller()
@Allow('public')
export class HealthController {
  constructor(@Inject(PROCESS_PARTS) private readonly parts: ProcessParts) {}

  /** Alive: the event loop turns. */
  @Get('healthz')
  alive(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** Ready: database, log and migrations; 503 names what is not. */
  @Get('readyz')
  @ApiOkResponse({ description: 'Ready', schema: { type: 'object', properties: { status: { enum: ['ready'] } } } })
  @ApiServiceUnavailableResponse({
    description: 'Not ready; `missing` names what is not',
    schema: {
      type: 'object',
      required: ['status', 'missing'],
      properties: { status: { enum: ['not ready'] }, missing: { type: 'object' } },
    },
  })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const missing = await this.parts.readiness.missing();
    const ready = Object.keys(missing).length === 0;
    await reply.status(ready ? 200 : 503).send(ready ? { status: 'ready' } : { status: 'not ready', missing });
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.parts.metrics.text();
  }
}
