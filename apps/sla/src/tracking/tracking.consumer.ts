import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type Batch, Consume, type LogContext } from '#event-log';
import { TrackingService } from './tracking.service.js';

/** Where clocks learn what customers wrote, what people answered, and whether it arrived. */
@Controller()
export class TrackingConsumer {
  constructor(private readonly tracking: TrackingService) {}

  @Consume('sla', 'inbox.conversation.v1', { commit: 'soon' })
  conversations(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    return this.tracking.handleConversations(tx, batch.events);
  }

  @Consume('sla', 'channel.delivery.v1', { commit: 'soon' })
  deliveries(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    return this.tracking.handleDeliveries(tx, batch.events);
  }
}
