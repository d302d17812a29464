import type { AttachmentRef, DeliveryChanged } from '#contracts';

/** Of visitors' messages, from whichever process keeps them: `wake` and `onWake` of the event log. */
export const NEWS_OF_CHAT = 'gateway.chat';

/** What a visitor may see, under his own number. */
export interface ChatRow {
  id: string;
  channelId: string;
  visitorId: string;
  seq: number;
  kind: 'inbound' | 'reply';
  text: string;
  attachments: AttachmentRef[];
  at: Date;
  clientId: string | null;
  conversationId: string;
  deliveryId: string | null;
}

/** The receipts' key of a chat message: client ids are the browser's, and two browsers may choose the same. */
export function chatKey(visitorId: string, clientId: string): string {
  return `${visitorId}:${clientId}`;
}

/** What becomes of replies, for the log: kept for the visitor is `sent`, in his browser is `delivered`. */
export function deliveriesOf(rows: ChatRow[], to: 'sent' | 'delivered', at: Date) {
  return rows.flatMap((row) => {
    if (row.deliveryId === null) return [];
    const payload: DeliveryChanged = {
      conversationId: row.conversationId,
      messageId: row.id,
      deliveryId: row.deliveryId,
      channelId: row.channelId,
      channelKind: 'webchat',
      from: to === 'sent' ? 'queued' : 'sent',
      to,
      reason: null,
      providerId: null,
      messageIdHeader: null,
      at: at.toISOString(),
    };
    return [{ type: 'delivery.changed' as const, key: row.conversationId, occurredAt: at, payload }];
  });
}
