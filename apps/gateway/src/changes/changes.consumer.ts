import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { type Batch, Consume, type LogContext } from '#event-log';
import { ChangeFeed } from './change-feed.js';
import { ChangeHooks } from './change-hooks.js';
import { ChangeWriter } from './change-writer.service.js';

/** Gateway's one door to what the other apps tell: into the feed, and to its own rooms. */
@Controller()
export class ChangesConsumer {
  constructor(
    @Inject(ChangeHooks) private readonly hooks: ChangeHooks,
    @Inject(ChangeWriter) private readonly writer: ChangeWriter,
    @Inject(ChangeFeed) private readonly feed: ChangeFeed,
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
    if (this.writer.write(tx, batch)) tx.afterCommit(() => this.feed.wake());
  }
}
