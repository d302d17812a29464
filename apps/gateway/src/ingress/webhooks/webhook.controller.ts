import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '#platform';
import { WebhookIntake } from './webhook-intake.service.js';

type RawFastifyRequest = FastifyRequest & { rawBody?: Buffer };

/** Where providers call. Each proves itself by its signature over the raw bytes; the same delivery again is 2xx. */
@Controller('webhooks/:kind/:channelId')
@Allow('signed')
export class WebhookController {
  constructor(@Inject(WebhookIntake) private readonly intake: WebhookIntake) {}

  /** Meta asks once whether the address is ours. */
  @Get()
  challenge(
    @Param('kind') kind: string,
    @Param('channelId') channelId: string,
    @Req() request: RawFastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer(kind, channelId, request, reply);
  }

  @Post()
  receive(
    @Param('kind') kind: string,
    @Param('channelId') channelId: string,
    @Req() request: RawFastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer(kind, channelId, request, reply);
  }

  /** What became of a message we sent. */
  @Post('status')
  status(
    @Param('kind') kind: string,
    @Param('channelId') channelId: string,
    @Req() request: RawFastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.answer(kind, channelId, request, reply);
  }

  private async answer(
    kind: string,
    channelId: string,
    request: RawFastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { status, contentType, body } = await this.intake.take(kind, channelId, {
      method: request.method,
      originalUrl: request.originalUrl,
      headers: request.headers,
      rawBody: request.rawBody ?? Buffer.alloc(0),
    });
    await reply.status(status).header('content-type', contentType).send(body);
  }
}
