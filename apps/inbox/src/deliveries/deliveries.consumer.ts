import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { AnyEnvelope } from '#contracts';
import { type Batch, Consume, type LogContext } from '#event-log';
import { DeliveriesService } from './deliveries.service.js';

@Controller()
export class DeliveriesConsumer {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Consume('inbox', 'channel.delivery.v1', { commit: 'soon' })
  changed(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    return this.deliveries.change(tx, batch.events as AnyEnvelope[]);
  }
}
