import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DeliveryService } from './delivery/delivery.service.js';
import { NotifierContext } from './notifier.context.js';

/** kairos_deliveries_total from the database: exact across restarts and instances, read at each scrape. */
@Injectable()
export class NotifierMetrics implements OnModuleInit {
  constructor(
    private readonly context: NotifierContext,
    private readonly deliveries: DeliveryService,
  ) {}

  onModuleInit(): void {
    const counter = this.context.metrics.counter(
      'kairos_deliveries_total',
      'Replies that reached a delivery state, by kind of channel',
      ['channel', 'state'],
    );
    this.context.metrics.onScrape(async () => {
      const counts = await this.deliveries.counts();
      counter.reset();
      for (const { channel, state, n } of counts) counter.inc({ channel, state }, n);
    });
  }
}
