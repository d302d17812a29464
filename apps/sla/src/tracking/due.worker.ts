import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { SlaContext } from '../sla.context.js';
import { ClockCheck } from './clock-check.js';
import { DueTimer } from './due-timer.js';
import { TrackingService } from './tracking.service.js';

/** Conversations in one transaction: short enough that nobody waits for their locks. */
const BATCH = 500;
/** After a start, news of answers in time comes before timers; but no longer than this. */
const CATCH_UP_MS = 2_000;
const LATENESS_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300, 3600];

/** Fires what is due, on any number of instances at once: each claims rows that no other holds. */
@Injectable()
export class DueWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running = false;
  private finished: Promise<void> = Promise.resolve();
  private readonly lateness: Histogram;

  constructor(
    private readonly context: SlaContext,
    private readonly tracking: TrackingService,
    private readonly timer: DueTimer,
    private readonly clockCheck: ClockCheck,
  ) {
    this.lateness = context.metrics.histogram(
      'kairos_timer_lateness_seconds',
      'How long after its instant a warning, breach or escalation level fired',
      LATENESS_BUCKETS,
    );
  }

  onApplicationBootstrap(): void {
    this.running = true;
    this.finished = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.running = false;
    this.timer.wake();
    await this.finished;
  }

  /** Fires everything that is due now; answers how many conversations had something. */
  async tick(): Promise<number> {
    if (!(await this.clockCheck.agrees())) return 0;
    let fired = 0;
    for (;;) {
      const { claimed, lateness } = await this.context.db.transaction((tx) => this.tracking.fire(tx, BATCH));
      for (const seconds of lateness) this.lateness.observe(seconds);
      fired += claimed;
      if (claimed < BATCH) return fired;
    }
  }

  private async run(): Promise<void> {
    await this.catchUp();
    while (this.running) {
      let leastMs = 0;
      let next: Date | null = null;
      try {
        const fired = await this.tick();
        next = await this.tracking.nextDueAt();
        // due, but in another worker's hands (or our clock is not trusted): not in a tight loop
        if (fired === 0 && next && next < this.context.now()) leastMs = 20;
      } catch (error) {
        leastMs = 250;
        this.context.logger.warn({ err: error }, 'timers did not fire; trying again');
      }
      if (this.running) await this.timer.sleepUntil(next, this.context.now(), { leastMs, mostMs: 1_000 });
    }
  }

  /** What was answered in time while we were down must not be alarmed about: the backlog is read first. */
  private async catchUp(): Promise<void> {
    const end = performance.now() + CATCH_UP_MS;
    while (this.running && performance.now() < end) {
      const lag = await this.context.log.lag().catch(() => null);
      if (lag?.every(({ events }) => events === 0)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
