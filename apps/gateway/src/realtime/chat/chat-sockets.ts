import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ChatMessage } from '#contracts';
import { onWake } from '#event-log';
import { onceMore } from '#kernel';
import { clientAddress } from '#platform';
import { GatewayContext } from '../../gateway.context.js';
import { Doorman, frame, type NamespaceWith, type SocketWith } from '../sockets/doorman.js';
import { type Bucket, pour, readAfterSeq, REFUSED } from '../sockets/frames.rules.js';
import { slim, SocketServer } from '../sockets/socket-server.js';
import { ChatEntrance } from './chat-entrance.service.js';
import { NEWS_OF_CHAT } from './chat-messages.rules.js';
import { ChatService } from './chat.service.js';
import type { Visitor } from './visitor-token.rules.js';

/** Messages of one visitor, over all his tabs. */
const SAYING = { size: 20, perSecond: 2 };
const MAX_TABS = 20;
/** A browser says within this time that it has a reply. */
const ACK_MS = 10_000;

interface ChatState {
  visitor: Visitor;
}
type ChatSocket = SocketWith<ChatState>;

/** A visitor with a page open here. */
interface Present {
  visitor: Visitor;
  sockets: Set<ChatSocket>;
  /** The last number that his pages were told. */
  told: number;
  said: Bucket;
  /** Tells his pages what they have not been told, in order. */
  tell: () => void;
}

/** Namespace /chat: the visitors' side of the web chat (interface.md 3, security.md J). */
@Injectable()
export class ChatSockets implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly namespace: NamespaceWith<ChatState>;
  private readonly present = new Map<string, Present>();
  private readonly off: (() => void)[] = [];
  /** Trouble is no news: whoever waits is looked for again before long. */
  private readonly look = onceMore(
    () => this.lookOnce(),
    () => undefined,
  );

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(SocketServer) private readonly server: SocketServer,
    @Inject(ChatEntrance) private readonly entrance: ChatEntrance,
    @Inject(ChatService) private readonly chat: ChatService,
  ) {
    this.namespace = server.namespace<ChatState>('/chat');
  }

  onApplicationBootstrap(): void {
    const doorman = new Doorman<ChatState>(this.context, 'chat', {
      // the connector knows what a message looks like
      'message.send': frame(
        (body) => ({ body }),
        (socket: ChatSocket, { body }) => this.say(socket, body),
      ),
      sync: frame(readAfterSeq, (socket: ChatSocket, { afterSeq }) => this.sync(socket, afterSeq)),
    });
    this.namespace.use((socket, next) => {
      this.admit(socket).then(
        (refused) => next(refused ? new Error(refused) : undefined),
        () => next(new Error('try again later')),
      );
    });
    this.namespace.on('connection', (socket) => {
      slim(socket);
      doorman.guard(socket);
      this.welcome(socket).catch((error: unknown) => {
        this.context.logger.warn({ err: error }, 'a visitor could not be welcomed');
        socket.disconnect(true); // his page connects again
      });
    });
    const timer = setInterval(this.look, this.chat.lookMs);
    this.off.push(onWake(NEWS_OF_CHAT, this.look), () => clearInterval(timer));
  }

  onModuleDestroy(): void {
    for (const off of this.off) off();
  }

  private async admit(socket: ChatSocket): Promise<string | null> {
    const { auth, headers, address: peer } = socket.handshake;
    const { origin } = headers;
    const address = clientAddress(peer, headers['x-forwarded-for'], this.context.config.trustProxy);
    const isOwnOrigin = origin !== undefined && this.server.isOwnOrigin(origin, socket);
    const entrance = await this.entrance.enter({ auth, origin, isOwnOrigin, address });
    if ('refused' in entrance) return entrance.refused;
    const { visitor } = entrance;
    const tabs = this.present.get(keyOf(visitor.channelId, visitor.id))?.sockets.size ?? 0;
    if (tabs >= MAX_TABS) return 'try again later';
    socket.data = { visitor };
    return null;
  }

  private async welcome(socket: ChatSocket): Promise<void> {
    const { visitor } = socket.data;
    const key = keyOf(visitor.channelId, visitor.id);
    const place = await this.chat.where(visitor);
    if (!socket.connected) return;
    const here = this.present.get(key) ?? this.newcomer(visitor, place.seq);
    this.present.set(key, here);
    here.sockets.add(socket);
    socket.on('disconnect', () => {
      here.sockets.delete(socket);
      if (here.sockets.size === 0 && this.present.get(key) === here) this.present.delete(key);
    });
    socket.emit('welcome', { visitorToken: this.entrance.tokenFor(visitor), ...place });
    here.tell(); // what came between looking and entering
  }

  private newcomer(visitor: Visitor, told: number): Present {
    const said = { level: 0, atMs: performance.now() };
    const here: Present = {
      visitor,
      sockets: new Set(),
      told,
      said,
      tell: onceMore(
        () => this.tellAll(here),
        (error) => this.context.logger.debug({ err: error }, 'a visitor could not be told; his page asks again'),
      ),
    };
    return here;
  }

  private async say(socket: ChatSocket, body: unknown): Promise<unknown> {
    const { visitor } = socket.data;
    const channel = this.entrance.channelOf(visitor);
    const here = this.present.get(keyOf(visitor.channelId, visitor.id));
    // the channel was switched off under his feet, or he is too quick
    if (!channel || !here || !pour(here.said, performance.now(), SAYING)) return { error: REFUSED };
    return (await this.chat.say(channel, visitor, body)) ?? { error: REFUSED };
  }

  private async sync(socket: ChatSocket, afterSeq: number): Promise<unknown> {
    const { visitor } = socket.data;
    const answer = await this.chat.messages(visitor, afterSeq);
    if (afterSeq > 0) await this.chat.heard(visitor, afterSeq); // he names what he has
    return answer;
  }

  private async tellAll(here: Present): Promise<void> {
    const { messages } = await this.chat.messages(here.visitor, here.told);
    for (const message of messages) this.tell(here, message);
    if (messages.length > 0) here.tell(); // there may be a further page
  }

  private tell(here: Present, message: ChatMessage): void {
    here.told = message.seq;
    for (const socket of here.sockets) {
      if (message.kind === 'inbound') socket.emit('message', message);
      else {
        socket
          .timeout(ACK_MS)
          .emitWithAck('message', message)
          .then(() => this.chat.heard(here.visitor, message.seq))
          .catch(() => undefined); // no word from that page: the reply stays `sent`
      }
    }
  }

  /** Tells the visitors for whom there is more than they were told. */
  private async lookOnce(): Promise<void> {
    const all = [...this.present.values()].map(({ visitor: { channelId, id }, told }) => ({ channelId, id, told }));
    if (all.length === 0) return;
    const those = await this.chat.behind(all);
    for (const { channelId, id } of those) this.present.get(keyOf(channelId, id))?.tell();
  }
}

function keyOf(channelId: string, visitorId: string): string {
  return `${channelId} ${visitorId}`;
}
