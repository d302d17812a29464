import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { ArrivedMessage } from '#contracts';
import { type Batch, Consume, type LogContext } from '#event-log';
import { SearchService } from '../search/search.service.js';
import { IntakeService } from './intake.service.js';

/** What customers sent, in batches of up to 500. */
@Controller()
export class IntakeConsumer {
  constructor(
    private readonly intake: IntakeService,
    private readonly search: SearchService,
  ) {}

  @Consume('inbox', 'channel.inbound.v1', { commit: 'soon' })
  receive(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    const arrivals = batch.events.filter((event) => event.type === 'message.arrived');
    this.search.pace.arrived(arrivals.length, performance.now());
    return this.intake.receive(
      tx,
      arrivals.map((event) => event.payload as ArrivedMessage),
    );
  }
}
