import { Inject, Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import type { ArrivedItem, RawRequest, Received, WebhookReceiver } from '#connectors';
import { ChannelError, connectorOf, isRemoteFile } from '#connectors';
import { DomainError, invalid, isId, newId, notFound, soundKey } from '#kernel';
import { ChannelDirectory, type KnownChannel } from '../../channels/channel-directory.js';
import { GatewayContext } from '../../gateway.context.js';
import { itemKeysOf } from '../receipts/receipt-events.rules.js';
import { ReceiptWriter } from '../receipts/receipt-writer.service.js';

export interface WebhookAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** Never kept: they belong to whoever called, or say nothing about the message. */
const DROPPED_HEADERS = new Set([
  'authorization',
  'cookie',
  'x-kairos-identity',
  'connection',
  'host',
  'content-length',
]);
const OK: WebhookAnswer = { status: 200, contentType: 'text/plain; charset=utf-8', body: '' };

/** verify over the raw bytes · store · commit · answer. Nothing slow stands before the acknowledgement. */
@Injectable()
export class WebhookIntake {
  private readonly refused: Counter;

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ChannelDirectory) private readonly channels: ChannelDirectory,
    @Inject(ReceiptWriter) private readonly writer: ReceiptWriter,
  ) {
    this.refused = context.metrics.counter('kairos_webhooks_refused_total', 'Webhooks that were turned away', [
      'channel',
      'reason',
    ]);
  }

  /**
   * @throws DomainError channel_not_found (404), bad_signature (401), malformed_webhook (400), overloaded (503)
   */
  async take(
    kind: string,
    channelId: string,
    request: Omit<RawRequest, 'publicUrl' | 'receivedAt'>,
  ): Promise<WebhookAnswer> {
    const channel = isId(channelId) ? this.channels.byId(channelId) : null;
    const receiver = channel ? connectorOf(channel.kind).webhooks : undefined;
    if (!channel || !receiver || channel.kind !== kind) throw notFound('channel', channelId.slice(0, 64));
    const whole: RawRequest = { publicUrl: channel.publicUrl, receivedAt: this.context.now(), ...request };
    const received = this.read(receiver, whole, channel);
    const response = received.response ?? OK;
    if (received.key !== null) await this.store(received, whole, channel);
    return response;
  }

  private read(
    receiver: WebhookReceiver,
    request: RawRequest,
    channel: KnownChannel,
  ): Received & { key: string | null } {
    try {
      receiver.verify(request, channel);
      // GET is how a provider asks whether we are who we say; it brings nothing
      const key = request.method === 'GET' ? null : soundKey(receiver.receiptKey(request));
      return { key, ...receiver.receive(request, channel) };
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      this.refused.inc({ channel: channel.kind, reason: error.code });
      if (error.code === 'unauthenticated') {
        throw new DomainError('bad_signature', 'unauthenticated', error.reason);
      }
      throw invalid('malformed_webhook', error.reason);
    }
  }

  private async store(
    received: Received & { key: string | null },
    request: RawRequest,
    channel: KnownChannel,
  ): Promise<void> {
    const { items, reports } = received;
    const remote = items.some((item) => item.attachments.some(isRemoteFile));
    const itemKeys = itemKeysOf(channel.id, received.key!, items, reports);
    await this.writer.accept({
      id: newId(),
      channel,
      providerKey: received.key!,
      sender: senderOf(items),
      receivedAt: request.receivedAt,
      request: { by: 'webhook', method: request.method, url: request.originalUrl, headers: kept(request.headers) },
      raw: request.rawBody,
      content: remote ? null : { items: await Promise.all(items.map((item) => this.writer.ready(item))), reports },
      messages: itemKeys.length > 0 ? 0 : items.length,
      itemKeys,
    });
  }
}

/** A bundle of several people's messages has no one sender: it keeps its order as a whole. */
function senderOf(items: ArrivedItem[]): string {
  const senders = new Set(items.map((item) => item.from.address));
  return senders.size === 1 ? soundKey([...senders][0]!) : '';
}

function kept(headers: RawRequest['headers']): RawRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !DROPPED_HEADERS.has(name)));
}
