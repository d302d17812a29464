import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Actor, Allow, BODY_LIMIT, type Identity, TakesBody } from '#platform';
import { CustomIntake } from './custom-intake.service.js';
import { AcceptedDto, CustomMessageDto } from './custom-message.dto.js';

@ApiTags('channels')
@Controller('api/v1/channels/:id/messages')
export class CustomController {
  constructor(@Inject(CustomIntake) private readonly intake: CustomIntake) {}

  /** A message of the custom channel: 202 once it is durable. */
  @Post()
  @HttpCode(202)
  @TakesBody(BODY_LIMIT)
  @Allow('agent')
  @ApiBody({ type: CustomMessageDto })
  @ApiAcceptedResponse({ type: AcceptedDto })
  take(
    @Actor() actor: Identity,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest & { rawBody?: Buffer },
  ): Promise<AcceptedDto> {
    return this.intake.take(actor, id, body, request.rawBody ?? Buffer.alloc(0));
  }
}
