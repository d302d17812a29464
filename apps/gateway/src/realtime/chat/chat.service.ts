import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { connectorOf } from '#connectors';
import type { ChatMessage } from '#contracts';
import { onWake } from '#event-log';
import { cleanText, newId, onceMore } from '#kernel';
import { signFileLink } from '#platform';
import type { KnownChannel } from '../../channels/channel-directory.js';
import { GatewayContext } from '../../gateway.context.js';
import { ReceiptWriter } from '../../ingress/receipts/receipt-writer.service.js';
import { chatKey, type ChatRow, deliveriesOf, NEWS_OF_CHAT } from './chat-messages.rules.js';
import { behind, markDelivered, messagesAfter, messagesOfClients, visitorOf } from './chat.store.js';
import type { Visitor } from './visitor-token.rules.js';

/** How long a visitor waits for his message to be threaded; then he is told to try again, which is safe. */
const THREADED_WITHIN_MS = 10_000;
/** A gateway on another machine may have kept what is waited for, and news may be lost: looked for this often. */
const LOOK_SHARED_MS = 300;
const LOOK_ALONE_MS = 2_000;
const PAGE = 200;

/** Where a message stands among what its visitor may see. */
interface Place {
  id: string;
  seq: number;
}

/** A message that its visitor has sent and that is not threaded yet. */
interface Sent {
  channelId: string;
  visitorId: string;
  clientId: string;
  done: (place: Place | null) => void;
}

/** What a visitor may do: say something, and hear what was said. */
@Injectable()
export class ChatService implements OnModuleDestroy {
  private readonly waiting = new Set<Sent>();
  private readonly look = onceMore(
    () => this.lookOnce(),
    (error) => {
      this.context.logger.debug({ err: error }, 'it could not be seen whether messages are threaded; looking again');
    },
  );
  private readonly off = onWake(NEWS_OF_CHAT, this.look);

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ReceiptWriter) private readonly writer: ReceiptWriter,
  ) {}

  onModuleDestroy(): void {
    this.off();
  }

  /** How often to look for what nobody told us, in ms. */
  get lookMs(): number {
    return this.context.config.kafkaBrokers.length > 0 ? LOOK_SHARED_MS : LOOK_ALONE_MS;
  }

  where(visitor: Visitor): Promise<{ conversationId: string | null; seq: number }> {
    return visitorOf(this.context.db, visitor.channelId, visitor.id);
  }

  /**
   * Durable, then threaded by inbox; the same clientId again answers the same. Null when it was not threaded in time:
   * it is not lost, and asking again finds it.
   * @throws DomainError invalid_message, overloaded
   */
  async say(channel: KnownChannel, visitor: Visitor, body: unknown): Promise<Place | null> {
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
    const sent = { channelId: visitor.channelId, visitorId: visitor.id, clientId };
    return this.threaded(sent, accepted.isNew);
  }

  async messages(visitor: Visitor, afterSeq: number): Promise<{ messages: ChatMessage[]; seq: number }> {
    const rows = await messagesAfter(this.context.db, visitor, afterSeq, PAGE);
    const { seq } = await this.where(visitor);
    return { messages: rows.map((row) => this.view(row)), seq };
  }

  /** The visitor's browser has the replies up to this number. */
  async heard(visitor: Visitor, upToSeq: number): Promise<void> {
    const at = this.context.now();
    await this.context.db.transaction(async (tx) => {
      const rows = await markDelivered(tx, { channelId: visitor.channelId, id: visitor.id }, upToSeq, at);
      this.context.log.append(tx, deliveriesOf(rows, 'delivered', at));
    });
  }

  behind(visitors: { channelId: string; id: string; told: number }[]): Promise<{ channelId: string; id: string }[]> {
    return behind(this.context.db, visitors);
  }

  private async threaded(sent: Omit<Sent, 'done'>, isNew: boolean): Promise<Place | null> {
    const end = performance.now() + THREADED_WITHIN_MS;
    let look = !isNew;
    for (;;) {
      const place = this.wait(sent); // before looking: nothing falls between
      if (look) this.look();
      const answer = await place;
      if (answer || performance.now() > end) return answer;
      look = true;
    }
  }

  private wait(sent: Omit<Sent, 'done'>): Promise<Place | null> {
    return new Promise((resolve) => {
      const done = (place: Place | null) => {
        clearTimeout(timer);
        this.waiting.delete(waiting);
        resolve(place);
      };
      const waiting = { ...sent, done };
      const timer = setTimeout(() => done(null), this.lookMs);
      this.waiting.add(waiting);
    });
  }

  /** Tells all who wait and whose message is kept by now, in one statement. */
  private async lookOnce(): Promise<void> {
    if (this.waiting.size === 0) return;
    const rows = await messagesOfClients(this.context.db, [...this.waiting]);
    const places = new Map(rows.map((row) => [nameOf(row), { id: row.id, seq: row.seq }]));
    for (const sent of this.waiting) {
      const place = places.get(nameOf(sent));
      if (place) sent.done(place);
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

function nameOf({
  channelId,
  visitorId,
  clientId,
}: {
  channelId: string;
  visitorId: string;
  clientId: string;
}): string {
  return `${channelId} ${visitorId} ${clientId}`;
}
