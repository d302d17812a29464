import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { onceMore } from '#kernel';
import { GatewayContext } from '../../gateway.context.js';
import { ReceiptWriter } from '../receipts/receipt-writer.service.js';
import { Chains } from './chains.js';
import { ReadingService } from './reading.service.js';
import type { ToRead } from './reading.store.js';

/** Two mails in the parser, the others on their way to or from the database. */
const LANES = 4;
const IN_HAND = 200;
/** What another process stored, or what waited for its channel, is looked for this often. */
const LOOK_EVERY_MS = 1_000;

/** Hands on what was stored without being read, in order per sender; a restart goes on where it was. */
@Injectable()
export class ReceiptReaderWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly inHand = new Set<string>();
  private readonly chains = new Chains<ToRead>(
    LANES,
    (job) => this.handle(job),
    () => void (this.more && this.look()),
  );
  private readonly look = onceMore(
    () => this.fill(),
    (error) => {
      if (!this.stopping) this.context.logger.warn({ err: error }, 'stored messages could not be looked for');
    },
  );
  private timer: NodeJS.Timeout | null = null;
  private off = (): void => undefined;
  /** The last look filled our hands: there is probably more. */
  private more = false;
  private stopping = false;

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ReceiptWriter) private readonly writer: ReceiptWriter,
    @Inject(ReadingService) private readonly reading: ReadingService,
  ) {}

  onApplicationBootstrap(): void {
    this.off = this.writer.onStored(this.look);
    this.timer = setInterval(this.look, LOOK_EVERY_MS);
    this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.off();
    if (this.timer) clearInterval(this.timer);
    await this.reading.stop().catch(() => undefined);
  }

  private async fill(): Promise<void> {
    if (this.stopping || this.inHand.size > IN_HAND / 2) return;
    const room = IN_HAND - this.inHand.size;
    const found = await this.reading.next([...this.inHand], room);
    this.more = found.length === room;
    for (const job of found) {
      this.inHand.add(job.id);
      this.chains.add(`${job.channelId} ${job.sender}`, job);
    }
  }

  /** Never rejects; trouble is waited out with the message in hand, so that what its sender sent later stays behind. */
  private async handle(job: ToRead): Promise<void> {
    for (let pause = 200; !this.stopping; pause = Math.min(pause * 2, 5_000)) {
      try {
        await this.reading.handOn(job, () => !this.stopping);
        break;
      } catch (error) {
        this.context.logger.warn({ err: error, receiptId: job.id }, 'a stored message could not be handed on yet');
        await new Promise((done) => setTimeout(done, pause));
      }
    }
    this.inHand.delete(job.id);
  }
}
