import { Injectable } from '@nestjs/common';
import { SystemClock } from '#kernel';
import { SlaContext } from '../sla.context.js';

/** A process clock this far from the database's fires nothing (domain.md 2.1). */
const TOLERATED_MS = 2_000;
const EVERY_MS = 10_000;

/** The database's clock is the authority. A process that disagrees with it says so and does not fire. */
@Injectable()
export class ClockCheck {
  private measuredAt = Number.NEGATIVE_INFINITY;
  private offMs = 0;

  constructor(private readonly context: SlaContext) {
    const gauge = context.metrics.gauge('kairos_clock_offset_seconds', "This process's clock minus the database's", [
      'app',
    ]);
    context.metrics.onScrape(async () => gauge.set({ app: context.app }, this.offMs / 1000));
    context.readiness.add('sla clock', async () => this.complaint());
  }

  /** True when timers may fire. Measures every ten seconds; a clock that a test moves by hand is not measured. */
  async agrees(): Promise<boolean> {
    const { clock, db } = this.context;
    if (!(clock instanceof SystemClock)) return true;
    if (performance.now() - this.measuredAt > EVERY_MS || Math.abs(this.offMs) > TOLERATED_MS) {
      const before = clock.now().getTime();
      const database = (await db.now()).getTime();
      const after = clock.now().getTime();
      this.offMs = Math.round((before + after) / 2 - database);
      this.measuredAt = performance.now();
    }
    return Math.abs(this.offMs) <= TOLERATED_MS;
  }

  private complaint(): string | null {
    if (Math.abs(this.offMs) <= TOLERATED_MS) return null;
    return `this process's clock is ${this.offMs} ms off the database's; set the clocks (NTP). No timer fires until then`;
  }
}
