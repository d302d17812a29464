import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, TakesRawBody } from '#platform';
import { WebhookIntake } from './webhook-intake.service.js';

const WORDS = { '*/*': { schema: { type: 'string' } } } as const;

type ProviderRequest = FastifyRequest<{ Params: { kind: string; channelId: string } }> & { rawBody?: Buffer };

/** Where providers call. Each proves itself by its signature over the raw bytes; the same delivery again is 2xx. */
@Controller('webhooks/:kind/:channelId')
@ApiParam({ name: 'kind' })
@ApiParam({ name: 'channelId' })
@Allow('signed')
export class WebhookController {
  constructor(@Inject(WebhookIntake) private readonly intake: WebhookIntake) {}

  /** Meta asks once whether the address is ours. */
  @Get()
  @ApiOkResponse({ description: 'The challenge', content: { 'text/plain': { schema: { type: 'string' } } } })
  challenge(@Req() request: ProviderRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Post()
  @HttpCode(200)
  @ApiOkResponse({ description: 'Durable; in the words the provider expects', content: WORDS })
  @TakesRawBody()
  receive(@Req() request: ProviderRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  /** What became of a message we sent. */
  @Post('status')
  @HttpCode(200)
  @ApiOkResponse({ description: 'Noted', content: WORDS })
  @TakesRawBody()
  status(@Req() request: ProviderRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  private async answer(request: ProviderRequest, reply: FastifyReply): Promise<void> {
    const { kind, channelId } = request.params;
    const { status, contentType, body } = await this.intake.take(kind, channelId, {
      method: request.method,
      originalUrl: request.originalUrl,
      headers: request.headers,
      rawBody: request.rawBody ?? Buffer.alloc(0),
    });
    await reply.status(status).header('content-type', contentType).send(body);
  }
}
