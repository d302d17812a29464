import type { DeliveryReport } from '#contracts';
import type { KnownChannel } from '../../channels/channel-directory.js';
import type { ReadyItem } from './arrived-message.rules.js';

/** How it came: enough, with the raw bytes, to read it again. */
export type StoredRequest =
  | { by: 'webhook'; method: string; url: string; headers: Record<string, string | string[] | undefined> }
  | { by: 'mail'; from: string | null; rcpt: string[]; client: string }
  | { by: 'api'; personId: string }
  | { by: 'chat'; visitorId: string; verifiedName: string | null };

export interface NewReceipt {
  id: string;
  channel: KnownChannel;
  /** Unique within the channel: the same delivery again has the same. */
  providerKey: string;
  /** Who seems to have written, '' when nobody can tell; order is kept per sender. */
  sender: string;
  receivedAt: Date;
  request: StoredRequest;
  raw: Buffer;
  /** Published in the same transaction; null: read by the worker after the acknowledgement (mail, remote media). */
  content: { items: ReadyItem[]; reports: DeliveryReport[] } | null;
  /** Messages in it, for the count of what was accepted. */
  messages: number;
  /**
   * Keys of its items where `providerKey` alone does not tell a repeat: deliveries that bundle several. `message` is
   * false for delivery reports. With keys, `messages` counts only items without one.
   */
  itemKeys: { key: string; message: boolean }[];
  correlationId?: string;
}

/** The answer after the commit. A known delivery answers with the id it had the first time. */
export interface Accepted {
  id: string;
  isNew: boolean;
}
