import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { AnyEnvelope } from '#contracts';
import { type Batch, Consume, type LogContext } from '#event-log';
import { DirectoryService } from './directory.service.js';

@Controller()
export class DirectoryConsumer {
  constructor(private readonly directory: DirectoryService) {}

  @Consume('inbox', 'gateway.channels.v1')
  channels(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    return this.directory.channels(tx, batch.events as AnyEnvelope[]);
  }

  @Consume('inbox', 'gateway.people.v1')
  people(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    return this.directory.people(tx, batch.events as AnyEnvelope[]);
  }
}
