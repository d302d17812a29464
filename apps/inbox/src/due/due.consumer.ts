import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { AnyEnvelope } from '#contracts';
import { type Batch, Consume, type LogContext } from '#event-log';
import { DueService } from './due.service.js';

@Controller()
export class DueConsumer {
  constructor(private readonly due: DueService) {}

  @Consume('inbox', 'sla.clock.v1', { commit: 'soon' })
  told(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    return this.due.tell(tx, batch.events as AnyEnvelope[]);
  }
}
