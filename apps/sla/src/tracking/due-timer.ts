import { Injectable } from '@nestjs/common';

/** Sleeps until something is due, at most a second; an earlier timer that was committed cuts the sleep short. */
@Injectable()
export class DueTimer {
  private wakeAt = 0;
  private rouse: (() => void) | null = null;
  private early: Date | null = null;

  /** A timer was committed; whoever sleeps beyond it wakes up. */
  earlier(at: Date): void {
    if (this.early === null || at < this.early) this.early = at;
    if (this.rouse && at.getTime() < this.wakeAt) this.rouse();
  }

  /** @param next the next due instant; null: nothing is due ever. Resolves at once when an earlier one came meanwhile. */
  async sleepUntil(next: Date | null, now: Date, limits: { leastMs: number; mostMs: number }): Promise<void> {
    const early = this.early;
    this.early = null;
    const target = early && (!next || early < next) ? early : next;
    // due means "before now": a millisecond after the instant itself
    const wanted = target ? target.getTime() - now.getTime() + 1 : limits.mostMs;
    const ms = Math.min(limits.mostMs, Math.max(limits.leastMs, wanted));
    this.wakeAt = now.getTime() + ms;
    await new Promise<void>((done) => {
      const timer = setTimeout(() => this.rouse?.(), ms);
      this.rouse = () => {
        clearTimeout(timer);
        this.rouse = null;
        done();
      };
    });
  }

  wake(): void {
    this.rouse?.();
  }
}
