import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { DeliveryChanged, DeliveryReport } from '#contracts';
import { type Batch, Consume, type LogContext } from '#event-log';
import { DeliveryService } from './delivery.service.js';
import { DeliveryWorker } from './delivery.worker.js';

/** What providers say later (Twilio statuses, Messenger receipts, bounces), and what gateway says about web chat. */
@Controller()
export class ReportsConsumer {
  constructor(
    private readonly deliveries: DeliveryService,
    private readonly worker: DeliveryWorker,
  ) {}

  @Consume('notifier', 'channel.delivery.v1')
  async handle(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    const reports: DeliveryReport[] = [];
    const elsewhere: DeliveryChanged[] = [];
    for (const { type, payload } of batch.events) {
      if (type === 'delivery.reported') reports.push(payload as DeliveryReport);
      else if ((payload as DeliveryChanged).channelKind === 'webchat') elsewhere.push(payload as DeliveryChanged);
    }
    await this.deliveries.applyReports(tx, reports);
    await this.deliveries.countElsewhere(tx, elsewhere);
    if (reports.length > 0) tx.afterCommit(() => this.worker.wake());
  }
}
