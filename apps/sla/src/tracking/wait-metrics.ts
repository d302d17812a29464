import { Injectable } from '@nestjs/common';
import { countWaits } from './pictures.store.js';
import { SlaContext } from '../sla.context.js';

/** Read from the database at each scrape: exact across restarts and with any number of instances. */
@Injectable()
export class WaitMetrics {
  constructor(context: SlaContext) {
    const open = context.metrics.gauge('kairos_waits_open', 'Customers who wait for an answer now');
    const unpromised = context.metrics.gauge(
      'kairos_waits_without_target',
      'Open waits for which no policy promises anything',
    );
    const breached = context.metrics.gauge('kairos_waits_breached_total', 'Promises broken since the beginning');
    context.metrics.onScrape(async () => {
      const counts = await countWaits(context.db);
      open.set(counts.open);
      unpromised.set(counts.unpromised);
      breached.set(counts.breached);
    });
  }
}
