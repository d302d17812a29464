import { setTimeout as pause } from 'node:timers/promises';
import type { Product } from '../../e2e/lib/product.js';
import { type Channel, text } from '../../e2e/lib/customers.js';

/** What the generator knows: every message it sent, and whether a 2xx came back for it. */
export interface Ledger {
  accepted: Set<string>;
  tried: Set<string>;
}

/**
 * Customers who write texts one after the other, `m<sender>x<n>`, each repeated with the same provider id until it is
 * accepted, as Twilio repeats what failed. Never more than one message of a sender in flight: order is defined.
 */
export class Load {
  readonly ledger: Ledger = { accepted: new Set(), tried: new Set() };
  private running = true;
  private readonly senders: Promise<void>[] = [];

  constructor(
    private readonly channel: Channel,
    private readonly pauseMs: number,
  ) {}

  start(senders: number): void {
    for (let sender = 0; sender < senders; sender++) this.senders.push(this.write(sender));
  }

  /** Every sender finishes the message it is at. */
  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.senders);
  }

  private async write(sender: number): Promise<void> {
    const from = `+1555${String(2_000_000 + sender).padStart(7, '0')}`;
    for (let n = 1; this.running; n++) {
      const marker = `m${sender}x${n}`;
      this.ledger.tried.add(marker);
      await this.untilAccepted(from, marker);
      await pause(this.pauseMs * (0.5 + Math.random()));
    }
  }

  private async untilAccepted(from: string, marker: string): Promise<void> {
    for (;;) {
      const status = await text(this.channel, from, `Hello ${marker}`, marker).catch(() => 0);
      if (status >= 200 && status < 300) {
        this.ledger.accepted.add(marker);
        return;
      }
      await pause(200);
    }
  }
}

/** Agents who answer a random open conversation now and then; what they could not do while something was down is skipped. */
export async function answerSome(product: Product, until: () => boolean): Promise<void> {
  while (!until()) {
    await pause(700);
    try {
      const { items } = await product.get<{ items: { id: string; seq: number }[] }>(
        'conversations?status=open&limit=50',
      );
      const chosen = items[Math.floor(Math.random() * items.length)];
      if (!chosen) continue;
      await product.post(`conversations/${chosen.id}/replies`, {
        clientId: crypto.randomUUID(),
        text: 'We are on it.',
        seenSeq: chosen.seq,
        confirm: true,
      });
    } catch {
      // something was just killed; the next round tries another one
    }
  }
}
