import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import type { ArrivedItem } from '#connectors';
import { isRemoteFile } from '#connectors';
import type { AttachmentRef } from '#contracts';
import { isTransient, type Tx } from '#database';
import { currentTrace, type NewEvent } from '#event-log';
import { newId } from '#kernel';
import { markReceived } from '../../channels/mark-received.store.js';
import { GatewayContext } from '../../gateway.context.js';
import { arrivalKey, arrivedMessage, type ReadyItem } from './arrived-message.rules.js';
import { GroupCommit } from './group-commit.js';
import { itemKey, reportEventKey, reportKey } from './receipt-events.rules.js';
import type { Accepted, NewReceipt } from './receipt.js';
import {
  acceptedCounts,
  addPlainReceipts,
  arePlain,
  insertReceipts,
  type InsertedRow,
  knownReceipts,
  wasNotPlain,
} from './receipts.store.js';

const MEGABYTE = 1024 * 1024;
const SLOTS = 64;
/** A busy channel's row is not written with each message. */
const MARK_EVERY_MS = 1_000;

/** The one way in for whatever a customer sends: durable when the promise resolves, published with it. */
@Injectable()
export class ReceiptWriter {
  private readonly slot = randomInt(SLOTS);
  private readonly events = new EventEmitter();
  private readonly seen = new Map<string, number>();
  /** Channels of which this process has taken something: their row says so already. */
  private readonly marked = new Set<string>();
  private marker: NodeJS.Timeout | null = null;
  private readonly commits: GroupCommit<NewReceipt, Accepted>;

  constructor(@Inject(GatewayContext) private readonly context: GatewayContext) {
    this.commits = new GroupCommit({
      flush: (batch) => this.flush(batch),
      passes: isTransient,
      sizeOf: (receipt) => receipt.raw.length,
      maxBatch: 256,
      maxBatchBytes: 16 * MEGABYTE,
      maxWaiting: 5_000,
      maxWaitingBytes: 256 * MEGABYTE,
      maxWaitMs: 2_000,
    });
    const accepted = context.metrics.counter(
      'kairos_messages_accepted_total',
      'Messages acknowledged to their sender',
      ['channel'],
    );
    context.metrics.onScrape(async () => {
      const counts = await acceptedCounts(context.db);
      accepted.reset();
      for (const { kind, n } of counts) accepted.inc({ channel: kind }, n);
    });
  }

  /**
   * Resolves after the commit; a repeat resolves with the id of the first one.
   * @throws DomainError overloaded; or the database's own trouble, which answers 503 as well
   */
  accept(receipt: NewReceipt): Promise<Accepted> {
    const { correlationId = currentTrace()?.correlationId, ...rest } = receipt;
    return this.commits.submit({ correlationId, ...rest });
  }

  /** Puts the files of an item into the blob store: they are on disk before the row that names them commits. */
  async ready(item: ArrivedItem): Promise<ReadyItem> {
    const { attachments: files, ...rest } = item;
    const attachments: AttachmentRef[] = [];
    for (const file of files) {
      if (isRemoteFile(file)) throw new Error('remote files are fetched first');
      const { sha256, size } = await this.context.blobs.put(file.content);
      const { name, contentType, cid } = file;
      attachments.push({ id: newId(), name, contentType, size, sha256, ...(cid === undefined ? {} : { cid }) });
    }
    return { attachments, ...rest };
  }

  /** Calls back after a commit that left something to be read. */
  onStored(listener: () => void): () => void {
    this.events.on('stored', listener);
    return () => this.events.off('stored', listener);
  }

  private async flush(batch: NewReceipt[]): Promise<Accepted[]> {
    const answers = (await this.writePlain(batch)) ?? (await this.writeCarefully(batch));
    this.mark(batch);
    return answers;
  }

  /** Nearly always all is new and understood: one way to the database and back. Null: it was not. */
  private async writePlain(batch: NewReceipt[]): Promise<Accepted[] | null> {
    if (!arePlain(batch)) return null;
    try {
      await this.context.db.transaction(async (tx) => {
        addPlainReceipts(tx, batch, this.slot);
        for (const receipt of batch) this.context.log.append(tx, eventsOf(receipt, new Set()));
      });
      return batch.map(({ id }) => ({ id, isNew: true }));
    } catch (error) {
      if (wasNotPlain(error)) return null;
      throw error;
    }
  }

  private async writeCarefully(batch: NewReceipt[]): Promise<Accepted[]> {
    const inserted = await this.context.db.transaction((tx) => this.write(tx, batch));
    const fresh = new Map(inserted.map((row) => [row.id, row]));
    const repeats = batch.filter((receipt) => !fresh.has(receipt.id));
    const known =
      repeats.length === 0
        ? new Map<string, string>()
        : await knownReceipts(
            this.context.db,
            repeats.map((receipt) => ({ channelId: receipt.channel.id, providerKey: receipt.providerKey })),
          );
    if (inserted.some((row) => row.state === 'stored')) this.events.emit('stored');
    return batch.map((receipt) => {
      const isNew = fresh.has(receipt.id);
      const id = isNew ? receipt.id : known.get(`${receipt.channel.id} ${receipt.providerKey}`);
      if (!id) throw new Error(`receipt ${receipt.providerKey} is neither new nor known`);
      return { id, isNew };
    });
  }

  private async write(tx: Tx, batch: NewReceipt[]): Promise<InsertedRow[]> {
    const inserted = await insertReceipts(tx, batch, this.slot);
    const rows = new Map(inserted.map((row) => [row.id, row]));
    for (const receipt of batch) {
      const row = rows.get(receipt.id);
      if (row?.state === 'published') this.context.log.append(tx, eventsOf(receipt, new Set(row.newKeys)));
    }
    return inserted;
  }

  private mark(batch: NewReceipt[]): void {
    let isFirst = false;
    for (const { channel, receivedAt } of batch) {
      this.seen.set(channel.id, Math.max(this.seen.get(channel.id) ?? 0, receivedAt.getTime()));
      isFirst ||= !this.marked.has(channel.id);
      this.marked.add(channel.id);
    }
    if (!this.marker || isFirst) this.markNow();
  }

  /** At once for a channel's first message and after a quiet second, then once a second for as long as something comes in. */
  private markNow(): void {
    if (this.marker) clearTimeout(this.marker);
    this.marker = null;
    if (this.seen.size === 0) return;
    this.marker = setTimeout(() => this.markNow(), MARK_EVERY_MS).unref();
    void this.writeMarks();
  }

  private async writeMarks(): Promise<void> {
    const seen = [...this.seen];
    this.seen.clear();
    const latest = Math.max(...seen.map(([, at]) => at));
    await this.context.db
      .transaction((tx) => markReceived(tx, seen.map(([id]) => id).sort(), new Date(latest)), 'soon')
      .catch((error: unknown) => this.context.logger.warn({ err: error }, 'channel states could not be updated'));
  }
}

/** What a receipt tells the other apps. @param newKeys of its items with a key, those seen for the first time */
export function eventsOf(
  receipt: Pick<NewReceipt, 'id' | 'channel' | 'content' | 'itemKeys' | 'receivedAt' | 'correlationId'>,
  newKeys: Set<string>,
): NewEvent[] {
  const keyed = receipt.itemKeys.length > 0;
  const isNew = (key: () => string) => !keyed || newKeys.delete(key());
  const { items, reports } = receipt.content ?? { items: [], reports: [] };
  const common = {
    occurredAt: receipt.receivedAt,
    ...(receipt.correlationId ? { correlationId: receipt.correlationId } : {}),
  };
  return [
    ...items
      .filter((item) => isNew(() => itemKey(item)))
      .map((item): NewEvent<'message.arrived'> => ({
        type: 'message.arrived',
        key: arrivalKey(receipt.channel.id, item.from.address),
        payload: arrivedMessage(receipt.id, receipt.channel, item, receipt.receivedAt),
        ...common,
      })),
    ...reports
      .filter((report) => isNew(() => reportKey(report)))
      .map((report): NewEvent<'delivery.reported'> => ({
        type: 'delivery.reported',
        key: reportEventKey(report),
        payload: report,
        ...common,
      })),
  ];
}
