import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InboxContext } from '../inbox.context.js';
import { SearchService } from './search.service.js';

/** Messages a turn: small while many arrive, so that they have the database nearly to themselves. */
const BATCH = 500;
const BATCH_WHILE_BUSY = 200;
const IDLE_MS = 1_000;
const BUSY_MS = 200;

/**
 * Indexes texts behind the intake's back: a trigram index costs more than all other writes of a message together. What
 * waits in the queue is found all the same (conversation-list.store.ts).
 */
@Injectable()
export class SearchWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly context: InboxContext,
    private readonly search: SearchService,
  ) {}

  onApplicationBootstrap(): void {
    this.plan(IDLE_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private plan(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => (this.running = this.turn()), ms);
    this.timer.unref();
  }

  private async turn(): Promise<void> {
    try {
      const { pace } = this.search;
      const now = performance.now();
      const more = !pace.makesWay(now) && (await this.search.index(pace.isBusy(now) ? BATCH_WHILE_BUSY : BATCH));
      this.plan(more ? BUSY_MS : IDLE_MS);
    } catch (error) {
      this.context.logger.warn({ err: error }, 'the search index could not be brought up to date; trying again');
      this.plan(IDLE_MS);
    }
  }
}
