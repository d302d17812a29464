import { Inject, Injectable } from '@nestjs/common';
import { isTransient } from '#database';
import { newId } from '#kernel';
import { ChannelDirectory, type KnownChannel } from '../../channels/channel-directory.js';
import { GatewayContext } from '../../gateway.context.js';
import { GroupCommit } from '../receipts/group-commit.js';
import { itemKeysOf } from '../receipts/receipt-events.rules.js';
import { eventsOf } from '../receipts/receipt-writer.service.js';
import { loadReceipt, type LoadedReceipt } from '../receipts/receipts.store.js';
import { finishReceipts, firstBrought, holdLease, nextToRead, releaseLease, type ToRead } from './reading.store.js';
import { type ReadContent, StoredReader } from './stored-reader.service.js';
import { unreadItem } from './unread-item.rules.js';

const LEASE = 'receipt reader';
/** How long a gateway process that died keeps the others from reading. */
const LEASE_MS = 5_000;

interface ReadReceipt extends ReadContent {
  receipt: LoadedReceipt;
  channel: KnownChannel;
  error: string | null;
}

/** Takes a stored receipt, reads it and tells the other apps what is in it. */
@Injectable()
export class ReadingService {
  private readonly holder = newId();
  private readonly publishing = new GroupCommit<ReadReceipt, void>({
    flush: (batch) => this.publish(batch),
    passes: isTransient,
    sizeOf: () => 0,
    maxBatch: 64,
    maxBatchBytes: 1,
    maxWaiting: 1_000,
    maxWaitingBytes: 1,
    maxWaitMs: 60_000,
  });

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ChannelDirectory) private readonly channels: ChannelDirectory,
    @Inject(StoredReader) private readonly reader: StoredReader,
  ) {}

  /** What waits, oldest first. Empty while another gateway process reads, or the channel is switched off. */
  async next(inHand: string[], limit: number): Promise<ToRead[]> {
    if (this.shared && !(await this.lead())) return [];
    const found = await nextToRead(this.context.db, inHand, limit);
    return found.filter((job) => this.channels.byId(job.channelId) !== null);
  }

  /**
   * @param wanted asked again after reading: a parser that is being stopped gives up on its mail, and the next start
   *   shall read it instead.
   */
  async handOn(job: ToRead, wanted: () => boolean): Promise<void> {
    const channel = this.channels.byId(job.channelId);
    const receipt = channel ? await loadReceipt(this.context.db, job.id) : null;
    if (!channel || !receipt) return;
    const content = await this.contentOf(job, receipt, channel);
    if (wanted()) await this.publishing.submit({ ...content, receipt, channel });
  }

  /** Lets another process go on at once. */
  async stop(): Promise<void> {
    if (this.shared) await releaseLease(this.context.db, LEASE, this.holder);
  }

  /** In one process with the Postgres log there is nobody to share with. */
  private get shared(): boolean {
    return this.context.config.kafkaBrokers.length > 0;
  }

  private lead(): Promise<boolean> {
    const now = this.context.now();
    return holdLease(this.context.db, {
      name: LEASE,
      holder: this.holder,
      now,
      until: new Date(now.getTime() + LEASE_MS),
    });
  }

  private async contentOf(
    job: ToRead,
    receipt: LoadedReceipt,
    channel: KnownChannel,
  ): Promise<ReadContent & { error: string | null }> {
    try {
      return { ...(await this.reader.read(receipt, channel)), error: null };
    } catch (error) {
      if (isTransient(error) || (error as { code?: string }).code === 'ENOSPC') throw error;
      this.context.logger.error({ err: error, receiptId: receipt.id }, 'a stored message could not be read');
      const problem = 'This message could not be read; the original is attached.';
      const item = unreadItem(channel, { id: receipt.id, sender: job.sender }, problem);
      return { items: [item], reports: [], error: (error as Error).message };
    }
  }

  private async publish(batch: ReadReceipt[]): Promise<void[]> {
    // what the database loses when it falls over is read again; a broker would have told the others already
    const commit = this.shared ? 'now' : 'soon';
    await this.context.db.transaction(async (tx) => {
      const still = await finishReceipts(
        tx,
        batch.map(({ receipt, error }) => ({
          id: receipt.id,
          state: error === null ? 'published' : 'unreadable',
          error,
        })),
      );
      const open = batch
        .filter(({ receipt }) => still.has(receipt.id))
        .map((one) => ({ ...one, itemKeys: keysOf(one) }));
      const keyed = open.flatMap(({ receipt, itemKeys }) =>
        itemKeys.map(({ key }) => ({ channelId: receipt.channelId, key, receiptId: receipt.id })),
      );
      const first = keyed.length > 0 ? await firstBrought(tx, keyed) : new Set<string>();
      for (const { receipt, channel, items, reports, itemKeys } of open) {
        const newKeys = new Set(itemKeys.map(({ key }) => key).filter((key) => first.has(`${receipt.id} ${key}`)));
        const { id, receivedAt } = receipt;
        this.context.log.append(
          tx,
          eventsOf({ id, channel, content: { items, reports }, itemKeys, receivedAt }, newKeys),
        );
      }
    }, commit);
    return batch.map(() => undefined);
  }
}

/** Mail has one item and its receipt's key stands for it; bundles were keyed when they were stored. */
function keysOf({ receipt, channel, items, reports, error }: ReadReceipt): { key: string; message: boolean }[] {
  if (receipt.request.by !== 'webhook' || error !== null) return [];
  return itemKeysOf(channel.id, receipt.providerKey, items, reports);
}
