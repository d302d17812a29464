import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type Batch, Consume, type LogContext, wake } from '#event-log';
import { ChangeWriter } from '../changes/change-writer.service.js';
import { NEWS_OF_CHANGES } from '../changes/public-changes.rules.js';
import { ProjectionHooks } from './projection-hooks.js';

/** Gateway's one door to what the other apps tell: into the feed, and to its own rooms. */
@Controller()
export class ProjectionConsumer {
  constructor(
    @Inject(ProjectionHooks) private readonly hooks: ProjectionHooks,
    @Inject(ChangeWriter) private readonly writer: ChangeWriter,
  ) {}

  @Consume('gateway', 'inbox.conversation.v1')
  conversations(@Payload() batch: Batch, @Ctx() context: LogContext): Promise<void> {
    return this.take(batch, context);
  }

  @Consume('gateway', 'sla.clock.v1')
  waits(@Payload() batch: Batch, @Ctx() context: LogContext): Promise<void> {
    return this.take(batch, context);
  }

  @Consume('gateway', 'channel.delivery.v1')
  deliveries(@Payload() batch: Batch, @Ctx() context: LogContext): Promise<void> {
    return this.take(batch, context);
  }

  private async take(batch: Batch, { tx }: LogContext): Promise<void> {
    await this.hooks.run(tx, batch);
    if (this.writer.write(tx, batch)) tx.afterCommit(() => wake([NEWS_OF_CHANGES]));
  }
}
