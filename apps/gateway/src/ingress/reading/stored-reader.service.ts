import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ArrivedItem, InlineFile, RemoteFile } from '#connectors';
import { ChannelError, connectorOf, isRemoteFile, MailParserPool } from '#connectors';
import { sniffType } from '#content';
import type { DeliveryReport } from '#contracts';
import type { KnownChannel } from '../../channels/channel-directory.js';
import { GatewayContext } from '../../gateway.context.js';
import type { ReadyItem } from '../receipts/arrived-message.rules.js';
import { ReceiptWriter } from '../receipts/receipt-writer.service.js';
import type { LoadedReceipt } from '../receipts/receipts.store.js';
import { bounceReport } from './unread-item.rules.js';

/** A provider's file may be this large, and each try may take this long. */
const MAX_MEDIA_BYTES = 25 * 1024 * 1024;
const MEDIA_TIMEOUT_MS = 10_000;
const MEDIA_TRIES = 3;
/** A provider's file may be there a moment later than its message. */
const MEDIA_PAUSE_MS = 400;

export interface ReadContent {
  items: ReadyItem[];
  reports: DeliveryReport[];
}

/** Reads what was stored as it came: parses mail in a thread, fetches the files a webhook only names. */
@Injectable()
export class StoredReader implements OnModuleDestroy {
  private readonly pool = new MailParserPool({ size: 2 });

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ReceiptWriter) private readonly writer: ReceiptWriter,
  ) {
    this.pool.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool.stop();
  }

  async read(receipt: LoadedReceipt, channel: KnownChannel): Promise<ReadContent> {
    const { items, reports } = await this.parse(receipt, channel);
    const ready: ReadyItem[] = [];
    for (const item of items) ready.push(await this.writer.ready(await this.withFiles(item, channel)));
    return { items: ready, reports };
  }

  private async parse(
    receipt: LoadedReceipt,
    channel: KnownChannel,
  ): Promise<{ items: ArrivedItem[]; reports: DeliveryReport[] }> {
    const { request, raw, receivedAt } = receipt;
    const connector = connectorOf(channel.kind);
    if (request.by === 'mail') {
      const { from, rcpt } = request;
      const item = await this.pool.parse(raw, { from, rcpt, receivedAt }, channel);
      const report = bounceReport(channel, item.mail, raw, receivedAt);
      return { items: [item], reports: report ? [report] : [] };
    }
    if (request.by === 'webhook') {
      const { method, url: originalUrl, headers } = request;
      const { publicUrl } = channel;
      return connector.webhooks!.receive(
        { method, originalUrl, headers, rawBody: raw, receivedAt, publicUrl },
        channel,
      );
    }
    const body: unknown = JSON.parse(raw.toString('utf8'));
    if (request.by === 'api') return { items: [connector.api!.receive(body, channel, receivedAt)], reports: [] };
    const visitor = { id: request.visitorId, verifiedName: request.verifiedName };
    return { items: [connector.chat!.receive(body, visitor, channel, receivedAt)], reports: [] };
  }

  /** A file that cannot be had stays as a sentence with its address: never dropped. */
  private async withFiles(item: ArrivedItem, channel: KnownChannel): Promise<ArrivedItem> {
    if (!item.attachments.some(isRemoteFile)) return item;
    const files: InlineFile[] = [];
    const missing: string[] = [];
    for (const file of item.attachments) {
      const content = isRemoteFile(file) ? await this.fetch(file, channel) : file.content;
      if (content) files.push({ name: file.name, contentType: sniffType(content, file.contentType), content });
      else missing.push(`[${file.name} could not be fetched: ${(file as RemoteFile).url}]`);
    }
    const text = [item.text, ...missing].filter(Boolean).join('\n');
    return { ...item, text, attachments: files };
  }

  private async fetch(file: RemoteFile, channel: KnownChannel): Promise<Buffer | null> {
    const { twilioApiUrl, metaGraphUrl } = this.context.config;
    const endpoints = { ...(twilioApiUrl ? { twilioApiUrl } : {}), ...(metaGraphUrl ? { metaGraphUrl } : {}) };
    const media = connectorOf(channel.kind).media;
    for (let attempt = 1; media && attempt <= MEDIA_TRIES; attempt++) {
      try {
        return await media.fetch(file, channel, { endpoints, timeoutMs: MEDIA_TIMEOUT_MS, maxBytes: MAX_MEDIA_BYTES });
      } catch (error) {
        this.context.logger.warn({ err: error, channelId: channel.id, attempt }, 'a file could not be fetched');
        if (!(error instanceof ChannelError) || !error.retryable) return null;
        await new Promise((done) => setTimeout(done, MEDIA_PAUSE_MS * attempt));
      }
    }
    return null;
  }
}
