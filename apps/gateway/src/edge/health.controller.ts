import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '#platform';
import { HealthService } from './health.service.js';

@ApiTags('Operations')
@Controller()
@Allow('public')
export class GatewayHealthController {
  constructor(@Inject(HealthService) private readonly health: HealthService) {}

  /** Alive: the event loop turns. */
  @Get('healthz')
  alive(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** Ready: database, log, migrations and consumers of every app; 503 names what is not. */
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
    const missing = await this.health.missing();
    const ready = Object.keys(missing).length === 0;
    await reply.status(ready ? 200 : 503).send(ready ? { status: 'ready' } : { status: 'not ready', missing });
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  metrics(): Promise<string> {
    return this.health.metrics();
  }
}
