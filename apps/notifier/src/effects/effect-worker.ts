import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { NotifierContext } from '../notifier.context.js';
import { Ticker } from './ticker.js';
import { enrolWorker, isKnownDead } from './workers.js';

/** Longest pause without a wake: what other instances requeue, and what they leave behind, is found by then. */
const IDLE_MS = 5_000;
/** Two looks are never closer than this: the instant that was slept for has then passed for the database too. */
const SHORTEST_MS = 20;

interface Frame {
  /** Calls to providers that may be under way at once. */
  atOnce: number;
  /** On shutdown calls in the air get so long to end; what stays is found by its lease at the next start. */
  graceMs: number;
  /** For the log: what waits while the database does not answer. */
  what: string;
}

/**
 * What everything that calls a provider does alike: it looks when woken or when something is due, has a number of
 * calls in the air, knows whose rows a dead worker left, and ends in good order. Any number of instances may run.
 */
export abstract class EffectWorker<About = unknown> implements OnApplicationBootstrap, OnModuleDestroy {
  protected readonly inTheAir = new Map<string, { about: About; ended: Promise<void> }>();
  private readonly ticker: Ticker;
  private worker: ReturnType<typeof enrolWorker> | null = null;

  protected constructor(
    protected readonly context: NotifierContext,
    private readonly frame: Frame,
  ) {
    this.ticker = new Ticker(
      () => this.work(),
      (error) => context.logger.warn({ err: error }, `${frame.what} wait: the database does not answer`),
    );
  }

  onApplicationBootstrap(): void {
    this.worker = enrolWorker();
    this.ticker.start();
  }

  /** Something is due now. */
  wake(): void {
    this.ticker.wake();
  }

  async onModuleDestroy(): Promise<void> {
    await this.ticker.stop();
    const ended = Promise.all([...this.inTheAir.values()].map((call) => call.ended));
    await Promise.race([ended, new Promise((done) => setTimeout(done, this.frame.graceMs).unref())]);
    this.worker?.leave();
  }

  /** Begins what can be begun now; answers for how many ms to sleep. */
  protected abstract work(): Promise<number>;

  /** The name in the rows it holds. */
  protected get me(): string {
    return this.worker!.name;
  }

  protected room(): number {
    return this.frame.atOnce - this.inTheAir.size;
  }

  /** `call` records its own end; when it cannot, its row stays held and the lease brings it back. */
  protected begin(id: string, about: About, call: Promise<void>): void {
    const ended = call
      .catch((error: unknown) => {
        this.context.logger.error(
          { err: error, id },
          `${this.frame.what}: the end of an attempt could not be recorded`,
        );
      })
      .finally(() => {
        this.inTheAir.delete(id);
        this.ticker.wake();
      });
    this.inTheAir.set(id, { about, ended });
  }

  /** Of those who hold rows, the ones that are gone for certain. */
  protected dead(holders: string[]): string[] {
    return holders.filter((name) => name !== this.me && isKnownDead(name));
  }

  protected pauseUntil(next: Date | null): number {
    if (!next) return IDLE_MS;
    return Math.min(IDLE_MS, Math.max(SHORTEST_MS, next.getTime() - this.context.now().getTime()));
  }
}
