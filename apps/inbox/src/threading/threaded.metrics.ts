import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InboxContext } from '../inbox.context.js';
import { sumThreaded } from './threaded.store.js';

/** Messages threaded, per kind of channel: read from the table that the intake's own statement keeps, so it is exact. */
@Injectable()
export class ThreadedMetrics implements OnModuleInit {
  constructor(private readonly context: InboxContext) {}

  onModuleInit(): void {
    const { metrics, db } = this.context;
    const counter = metrics.counter(
      'kairos_messages_threaded_total',
      'Messages in a conversation, per kind of channel',
      ['channel'],
    );
    metrics.onScrape(async () => {
      const rows = await sumThreaded(db);
      counter.reset();
      for (const { channel, messages } of rows) counter.inc({ channel }, messages);
    });
  }
}
