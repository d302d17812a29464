import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { connectorOf } from '#connectors';
import type { ChatMessage } from '#contracts';
import { cleanText, newId } from '#kernel';
import { signFileLink } from '#platform';
import type { KnownChannel } from '../../channels/channel-directory.js';
import { GatewayContext } from '../../gateway.context.js';
import { ReceiptWriter } from '../../ingress/receipts/receipt-writer.service.js';
import { chatKey, ChatProjection } from './chat-projection.service.js';
import { behind, type ChatRow, messageOfClient, messagesAfter, visitorOf } from './chat.store.js';
import type { Visitor } from './visitor-token.rules.js';

/** How long a visitor waits for his message to be threaded; then he is told to try again, which is safe. */
const THREADED_WITHIN_MS = 10_000;
/** Another gateway process may have handled the event: looked for this often. */
const LOOK_SHARED_MS = 300;
const LOOK_ALONE_MS = 2_000;
const PAGE = 200;

interface Waiter {
  done: (place: { id: string; seq: number }) => void;
}

/** What a visitor may do: say something, and hear what was said. */
@Injectable()
export class ChatService implements OnModuleDestroy {
  private readonly waiters = new Map<string, Set<Waiter>>();
  private readonly off: () => void;

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ReceiptWriter) private readonly writer: ReceiptWriter,
    @Inject(ChatProjection) private readonly projection: ChatProjection,
  ) {
    this.off = projection.onAdded((rows) => this.resolve(rows));
  }

  onModuleDestroy(): void {
    this.off();
  }

  /** True while several gateway processes may share the work. */
  get shared(): boolean {
    return this.context.config.kafkaBrokers.length > 0;
  }

  /** Called after the commit with what visitors may see from now on. */
  onAdded(listener: (rows: ChatRow[]) => void): () => void {
    return this.projection.onAdded(listener);
  }

  where(visitor: Visitor): Promise<{ conversationId: string | null; seq: number }> {
    return visitorOf(this.context.db, visitor.channelId, visitor.id);
  }

  /**
   * Durable, then threaded by inbox; the same clientId again answers the same. Null when it was not threaded in time:
   * it is not lost, and asking again finds it.
   * @throws DomainError invalid_message, overloaded
   */
  async say(channel: KnownChannel, visitor: Visitor, body: unknown): Promise<{ id: string; seq: number } | null> {
    const receivedAt = this.context.now();
    const item = connectorOf(channel.kind).chat!.receive(body, visitor, channel, receivedAt);
    const clientId = cleanText(item.externalId);
    const { name, email } = item.claimed ?? {};
    const accepted = await this.writer.accept({
      id: newId(),
      channel,
      providerKey: chatKey(visitor.id, clientId),
      sender: visitor.id,
      receivedAt,
      request: { by: 'chat', visitorId: visitor.id, verifiedName: visitor.verifiedName },
      raw: Buffer.from(JSON.stringify({ clientId, text: item.text, name, email })),
      content: { items: [{ ...item, attachments: [] }], reports: [] },
      messages: 1,
      itemKeys: [],
    });
    return this.threaded(visitor, clientId, accepted.isNew);
  }

  async messages(visitor: Visitor, afterSeq: number): Promise<{ messages: ChatMessage[]; seq: number }> {
    const rows = await messagesAfter(this.context.db, visitor, afterSeq, PAGE);
    const { seq } = await this.where(visitor);
    return { messages: rows.map((row) => this.view(row)), seq };
  }

  heard(visitor: Visitor, upToSeq: number): Promise<void> {
    return this.projection.delivered({ channelId: visitor.channelId, id: visitor.id }, upToSeq);
  }

  behind(visitors: { channelId: string; id: string; told: number }[]): Promise<{ channelId: string; id: string }[]> {
    return behind(this.context.db, visitors);
  }

  private async threaded(
    visitor: Visitor,
    clientId: string,
    isNew: boolean,
  ): Promise<{ id: string; seq: number } | null> {
    const key = `${visitor.channelId} ${visitor.id} ${clientId}`;
    const end = performance.now() + THREADED_WITHIN_MS;
    let look = !isNew;
    for (;;) {
      const place = this.wait(key, this.shared ? LOOK_SHARED_MS : LOOK_ALONE_MS); // before looking: nothing falls between
      const known = look ? await messageOfClient(this.context.db, visitor, clientId) : null;
      const answer = known ?? (await place);
      if (answer || performance.now() > end) return answer;
      look = true;
    }
  }

  private wait(key: string, ms: number): Promise<{ id: string; seq: number } | null> {
    return new Promise((done) => {
      const waiters = this.waiters.get(key) ?? new Set();
      this.waiters.set(key, waiters);
      const leave = (place: { id: string; seq: number } | null) => {
        clearTimeout(timer);
        waiters.delete(waiter);
        if (waiters.size === 0) this.waiters.delete(key);
        done(place);
      };
      const waiter: Waiter = { done: leave };
      const timer = setTimeout(() => leave(null), ms);
      waiters.add(waiter);
    });
  }

  private resolve(rows: ChatRow[]): void {
    for (const { channelId, visitorId, clientId, id, seq } of rows) {
      if (clientId === null) continue;
      for (const waiter of this.waiters.get(`${channelId} ${visitorId} ${clientId}`) ?? []) waiter.done({ id, seq });
    }
  }

  private view(row: ChatRow): ChatMessage {
    const { id, seq, kind, text, clientId } = row;
    const nowMs = this.context.now().getTime();
    const attachments = row.attachments.map(({ name, contentType, size, sha256 }) => {
      const link = { kind: 'blob' as const, sha256, name, contentType, inline: false };
      return { name, contentType, size, url: signFileLink(this.context.config.secret, link, nowMs) };
    });
    return {
      id,
      seq,
      kind,
      text,
      at: row.at.toISOString(),
      clientId,
      ...(attachments.length > 0 ? { attachments } : {}),
    };
  }
}
