/**
 * Runs `work` now when woken, and at the latest after as many milliseconds as `work` answered. Never twice at a time:
 * a wake during a run makes another run. The pause is real time; what is due is decided by `work` with the app's clock.
 */
export class Ticker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = true;

  constructor(
    private readonly work: () => Promise<number>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.stopped = false;
    this.wake();
  }

  wake(): void {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    let pause = 1_000; // after trouble (mostly: no database)
    do {
      this.again = false;
      try {
        pause = await this.work();
      } catch (error) {
        this.onError(error);
        pause = 1_000;
        break;
      }
    } while (this.again && !this.stopped);
    this.running = null;
    if (this.stopped) return;
    this.timer = setTimeout(() => this.wake(), Math.max(1, pause));
    this.timer.unref();
  }
}
