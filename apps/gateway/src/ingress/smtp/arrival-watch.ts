import { Inject, Injectable } from '@nestjs/common';
import type { Envelope, MessageReceived } from '#contracts';
import { ChangeHooks } from '../../changes/change-hooks.js';

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
  private patience = PATIENCE;
  private lastAsked = 0;

  constructor(@Inject(ChangeHooks) hooks: ChangeHooks) {
    hooks.register('inbox.conversation.v1', { after: (batch) => batch.events.forEach((event) => this.see(event)) });
  }

  /** Resolves when a message of one of these receipts has been threaded, at once when much comes in, or after 0.5 s. */
  async arrived(receiptIds: string[]): Promise<void> {
    if (receiptIds.length === 0 || !this.mayWait()) return;
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

  private see({ type, payload }: Envelope): void {
    if (type === 'message.received') this.waiting.get((payload as MessageReceived).receiptId)?.();
  }
}
