import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InboxContext } from '../inbox.context.js';
import { SnoozeAlarm } from './snooze-alarm.js';
import { WakeService } from './wake.service.js';

/** Looks at least this often, in ms: another process may have snoozed something meanwhile. */
const AT_MOST = 30_000;

/** Sleeps until the next snooze ends. */
@Injectable()
export class SnoozeWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly context: InboxContext,
    private readonly wake: WakeService,
    private readonly alarm: SnoozeAlarm,
  ) {}

  onApplicationBootstrap(): void {
    this.alarm.onSet(() => this.turn());
    this.turn();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  /** Looks now, and plans the next look. */
  turn(): void {
    if (this.stopped) return;
    if (this.timer) clearTimeout(this.timer);
    this.running = this.running
      .then(() => this.look())
      .catch((error: unknown) => {
        this.context.logger.warn({ err: error }, 'snoozed conversations could not be woken; trying again');
        this.plan(1_000);
      });
  }

  private async look(): Promise<void> {
    await this.wake.wakeDue();
    const next = await this.wake.nextAt();
    const wait = next === null ? AT_MOST : next.getTime() - this.context.now().getTime();
    this.plan(Math.min(AT_MOST, Math.max(10, wait)));
  }

  private plan(ms: number): void {
    if (this.stopped) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), ms);
    this.timer.unref();
  }
}
