import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { AnyEnvelope, Envelope } from '#contracts';
import type { Tx } from '#database';
import { type Batch, Consume, type LogContext } from '#event-log';
import { NamesService } from './names.service.js';

/** People, teams and channels: only what reports call them. */
@Controller()
export class NamesConsumer {
  constructor(private readonly names: NamesService) {}

  @Consume('sla', 'gateway.people.v1')
  people(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    return this.keep(tx, batch.events);
  }

  @Consume('sla', 'gateway.channels.v1')
  channels(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    return this.keep(tx, batch.events);
  }

  private keep(tx: Tx, events: Envelope[]): Promise<void> {
    return this.names.keep(tx, events as AnyEnvelope[]);
  }
}
