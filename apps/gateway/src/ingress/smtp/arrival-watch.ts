import { Inject, Injectable } from '@nestjs/common';
import type { Envelope, MessageReceived } from '#contracts';
import { ChangeHooks } from '../../changes/change-hooks.js';

/** Longest wait of an acknowledgement, in ms; reading and threading take a tenth of it. */
const MAX_WAIT_MS = 500;
/** A relay that brings mail after mail is not kept waiting for each of them. */
const QUIET_MS = 1_000;

/**
 * Lets the acknowledgement of a single mail wait until it stands in its conversation: who hears `250` and looks finds it.
 * A courtesy, in quiet moments only: the mail was durable before, and `250` never depends on it.
 */
@Injectable()
export class ArrivalWatch {
  private readonly waiting = new Map<string, () => void>();
  private lastBegan = -Infinity;

  constructor(@Inject(ChangeHooks) hooks: ChangeHooks) {
    hooks.register('inbox.conversation.v1', { after: (batch) => batch.events.forEach((event) => this.see(event)) });
  }

  /** Resolves when a message of one of these receipts has been threaded, at once when much comes in, or after 0.5 s. */
  async arrived(receiptIds: string[]): Promise<void> {
    const now = performance.now();
    if (receiptIds.length === 0 || now - this.lastBegan < QUIET_MS) return;
    this.lastBegan = now;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((done) => {
      for (const id of receiptIds) this.waiting.set(id, done);
      timer = setTimeout(done, MAX_WAIT_MS);
    });
    clearTimeout(timer);
    for (const id of receiptIds) this.waiting.delete(id);
  }

  private see({ type, payload }: Envelope): void {
    if (type === 'message.received') this.waiting.get((payload as MessageReceived).receiptId)?.();
  }
}
