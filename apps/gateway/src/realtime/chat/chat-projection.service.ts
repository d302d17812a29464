import { EventEmitter } from 'node:events';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Envelope, MessageReceived, MessageReplied } from '#contracts';
import type { Tx } from '#database';
import type { Batch } from '#event-log';
import { cleanText, isId } from '#kernel';
import { ChangeHooks } from '../../changes/change-hooks.js';
import { GatewayContext } from '../../gateway.context.js';
import { addChatMessages, type ChatRow, markDelivered, type NewChatRow, sentTexts } from './chat.store.js';

/** The receipts' key of a chat message: client ids are the browser's, and two browsers may choose the same. */
export function chatKey(visitorId: string, clientId: string): string {
  return `${visitorId}:${clientId}`;
}

/** Keeps, from what inbox says, what each visitor may see; a reply is `sent` once it is kept for him. */
@Injectable()
export class ChatProjection implements OnModuleInit {
  private readonly events = new EventEmitter().setMaxListeners(0);

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ChangeHooks) private readonly hooks: ChangeHooks,
  ) {}

  onModuleInit(): void {
    this.hooks.register('inbox.conversation.v1', { within: (tx, batch) => this.project(tx, batch) });
  }

  /** Called after the commit with what was added, in the order of the visitors' numbers. */
  onAdded(listener: (rows: ChatRow[]) => void): () => void {
    this.events.on('added', listener);
    return () => this.events.off('added', listener);
  }

  /** The visitor's browser has the replies up to this number. */
  async delivered(visitor: { channelId: string; id: string }, upToSeq: number): Promise<void> {
    const at = this.context.now();
    await this.context.db.transaction(async (tx) => {
      this.tell(tx, await markDelivered(tx, visitor, upToSeq, at), 'delivered', at);
    });
  }

  private async project(tx: Tx, batch: Batch): Promise<void> {
    const rows = batch.events.flatMap((event) => rowsOf(event));
    if (rows.length === 0) return;
    const added = await addChatMessages(tx, await this.withTexts(tx, rows));
    this.tell(
      tx,
      added.filter((row) => row.kind === 'reply'),
      'sent',
      this.context.now(),
    );
    if (added.length > 0) tx.afterCommit(() => this.events.emit('added', added));
  }

  /** Events carry a preview; the whole text is in the receipt. */
  private async withTexts(tx: Tx, rows: NewChatRow[]): Promise<NewChatRow[]> {
    const own = rows.filter((row) => row.kind === 'inbound' && row.clientId !== null);
    if (own.length === 0) return rows;
    const keys = own.map((row) => ({ channelId: row.channelId, providerKey: chatKey(row.visitorId, row.clientId!) }));
    const texts = new Map(
      (await sentTexts(tx, keys)).map(({ channelId, providerKey, raw }) => [
        `${channelId} ${providerKey}`,
        textOf(raw),
      ]),
    );
    return rows.map((row) => ({
      ...row,
      text: texts.get(`${row.channelId} ${chatKey(row.visitorId, row.clientId ?? '')}`) ?? row.text,
    }));
  }

  private tell(tx: Tx, rows: ChatRow[], to: 'sent' | 'delivered', at: Date): void {
    this.context.log.append(
      tx,
      rows.flatMap((row) =>
        row.deliveryId === null
          ? []
          : {
              type: 'delivery.changed' as const,
              key: row.conversationId,
              occurredAt: at,
              payload: {
                conversationId: row.conversationId,
                messageId: row.id,
                deliveryId: row.deliveryId,
                channelId: row.channelId,
                channelKind: 'webchat' as const,
                from: to === 'sent' ? ('queued' as const) : ('sent' as const),
                to,
                reason: null,
                providerId: null,
                messageIdHeader: null,
                at: at.toISOString(),
              },
            },
      ),
    );
  }
}

function rowsOf(event: Envelope): NewChatRow[] {
  if (event.type === 'message.received') {
    const message = event.payload as MessageReceived;
    if (message.channelKind !== 'webchat' || !isId(message.from.address)) return [];
    return [
      {
        id: message.messageId,
        channelId: message.channelId,
        visitorId: message.from.address,
        kind: 'inbound',
        text: message.preview,
        attachments: [],
        at: message.receivedAt,
        clientId: message.clientId,
        conversationId: message.conversation.conversationId,
        deliveryId: null,
      },
    ];
  }
  if (event.type !== 'message.replied') return [];
  const { channelKind, channelId, messageId, at, conversation, outbound } = event.payload as MessageReplied;
  const visitorId = outbound.to[0]?.address;
  if (channelKind !== 'webchat' || !isId(visitorId)) return [];
  const { text, attachments, deliveryId } = outbound;
  const { conversationId } = conversation;
  return [
    {
      id: messageId,
      channelId,
      visitorId,
      kind: 'reply',
      text: cleanText(text),
      attachments,
      at,
      clientId: null,
      conversationId,
      deliveryId,
    },
  ];
}

function textOf(raw: Buffer): string {
  return cleanText((JSON.parse(raw.toString('utf8')) as { text: string }).text);
}
