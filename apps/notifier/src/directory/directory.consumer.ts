import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { ChannelChanged, PersonView, TeamView } from '#contracts';
import { type Batch, Consume, type LogContext } from '#event-log';
import { NotifierContext } from '../notifier.context.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { DeliveryWorker } from '../delivery/delivery.worker.js';
import { DirectoryService } from './directory.service.js';

/** Keeps notifier's own copies of channels (with their sealed secrets), people and teams. */
@Controller()
export class DirectoryConsumer {
  constructor(
    private readonly context: NotifierContext,
    private readonly directory: DirectoryService,
    private readonly deliveries: DeliveryService,
    private readonly worker: DeliveryWorker,
  ) {}

  @Consume('notifier', 'gateway.channels.v1')
  async channels(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    const changes = batch.events.map((event) => event.payload as ChannelChanged);
    await this.directory.keepChannels(tx, changes, this.context.now());
    await this.deliveries.bringForward(
      tx,
      changes.map(({ id }) => id),
    );
    tx.afterCommit(() => this.worker.wake());
  }

  @Consume('notifier', 'gateway.people.v1')
  async people(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    const of = <T>(type: string) => batch.events.filter((e) => e.type === type).map((e) => e.payload as T);
    await this.directory.keepPeople(
      tx,
      of<PersonView>('person.changed'),
      of<TeamView>('team.changed'),
      this.context.now(),
    );
  }
}
