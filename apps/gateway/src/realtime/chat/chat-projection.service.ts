import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Envelope, MessageReceived, MessageReplied } from '#contracts';
import type { Tx } from '#database';
import { type Batch, wake } from '#event-log';
import { cleanText, isId } from '#kernel';
import { GatewayContext } from '../../gateway.context.js';
import { ProjectionHooks } from '../../projection/projection-hooks.js';
import { chatKey, deliveriesOf, NEWS_OF_CHAT } from './chat-messages.rules.js';
import { addChatMessages, type NewChatRow, sentTexts } from './chat.store.js';

/** Keeps, from what inbox says, what each visitor may see; a reply is `sent` once it is kept for him. */
@Injectable()
export class ChatProjection implements OnModuleInit {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ProjectionHooks) private readonly hooks: ProjectionHooks,
  ) {}

  onModuleInit(): void {
    this.hooks.register('inbox.conversation.v1', (tx, batch) => this.project(tx, batch));
  }

  private async project(tx: Tx, batch: Batch): Promise<void> {
    const rows = batch.events.flatMap((event) => rowsOf(event));
    if (rows.length === 0) return;
    const added = await addChatMessages(tx, await this.withTexts(tx, rows));
    const replies = added.filter((row) => row.kind === 'reply');
    this.context.log.append(tx, deliveriesOf(replies, 'sent', this.context.now()));
    if (added.length > 0) tx.afterCommit(() => wake([NEWS_OF_CHAT]));
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
