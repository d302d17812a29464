import { Inject, Injectable } from '@nestjs/common';
import type { MessageReceived } from '#contracts';
import { type ChangeEntry, ChangeFeed } from '../../changes/change-feed.js';
import type { Accepted } from '../receipts/receipt.js';

/** Longest wait of an acknowledgement, in ms; reading and threading take a tenth of it. */
const MAX_WAIT_MS = 500;
/** Mails that may wait one after another; a further one each second. A relay that brings hundreds is not slowed down. */
const PATIENCE = 10;

/**
 * Lets the acknowledgement of a single mail wait until it stands in its conversation: who hears `250` and looks finds it.
 * A courtesy, in quiet moments only: the mail was durable before, and `250` never depends on it.
 */
@Injectable()
export class ArrivalWatch {
  private readonly waiting = new Map<string, () => void>();
  /** How many look out, before their mail is stored as well: the feed is read while it is not 0. */
  private looking = 0;
  private patience = PATIENCE;
  private lastAsked = 0;

  constructor(@Inject(ChangeFeed) private readonly feed: ChangeFeed) {
    feed.onChange(
      (entries) => this.see(entries),
      () => this.looking > 0,
    );
  }

  /**
   * What `store` answers, when a message of what it stored has been threaded: at once when much comes in, at the latest
   * after 0.5 s. @throws what `store` throws
   */
  async store(store: () => Promise<Accepted[]>): Promise<Accepted[]> {
    if (!this.mayWait()) return store();
    this.looking += 1;
    try {
      await this.feed.begin().catch(() => undefined); // before it is stored: nothing falls between
      const receipts = await store();
      await this.threaded(receipts.filter(({ isNew }) => isNew).map(({ id }) => id));
      return receipts;
    } finally {
      this.looking -= 1;
    }
  }

  private async threaded(receiptIds: string[]): Promise<void> {
    if (receiptIds.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((done) => {
      for (const id of receiptIds) this.waiting.set(id, done);
      timer = setTimeout(done, MAX_WAIT_MS);
    });
    clearTimeout(timer);
    for (const id of receiptIds) this.waiting.delete(id);
  }

  private mayWait(): boolean {
    const now = performance.now();
    this.patience = Math.min(PATIENCE, this.patience + (now - this.lastAsked) / 1000);
    this.lastAsked = now;
    if (this.patience < 1) return false;
    this.patience -= 1;
    return true;
  }

  private see(entries: ChangeEntry[]): void {
    for (const { change } of entries) {
      if (change.type !== 'message.received') continue;
      this.waiting.get((change.payload as unknown as MessageReceived).receiptId)?.();
    }
  }
}
