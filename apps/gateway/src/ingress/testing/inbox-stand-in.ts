import type { ArrivedMessage, Audience, ConversationFacts, MessageReplied } from '#contracts';
import { type NewEvent, openEventLog } from '#event-log';
import { idFrom, newId } from '#kernel';
import type { AppContext } from '#platform';

/** Where inbox stands in a whole installation: threads each arrival, and lets a test write what an agent would. */
export class InboxStandIn {
  private readonly log;
  private readonly versions = new Map<string, number>();

  constructor(private readonly context: AppContext) {
    this.log = openEventLog({ db: context.db, clock: context.clock, app: 'inbox', kafkaBrokers: [] });
  }

  async start(): Promise<void> {
    await this.log.start();
    await this.log.subscribe({ group: 'inbox', topic: 'channel.inbound.v1' }, async (tx, batch) => {
      for (const event of batch.events) {
        this.log.append(tx, [this.received(event.payload as ArrivedMessage, event.id)]);
      }
    });
  }

  stop(): Promise<void> {
    return this.log.stop();
  }

  conversationOf(visitorId: string): string {
    return idFrom('conversation', visitorId);
  }

  /** An agent answers in the chat. */
  async reply(
    channelId: string,
    visitorId: string,
    text: string,
    files: MessageReplied['outbound']['attachments'] = [],
  ) {
    const conversationId = this.conversationOf(visitorId);
    const messageId = newId();
    const deliveryId = newId();
    const event: NewEvent<'message.replied'> = {
      type: 'message.replied',
      key: conversationId,
      seq: this.next(conversationId),
      occurredAt: this.context.now(),
      payload: {
        conversation: facts(conversationId),
        messageId,
        messageSeq: 99,
        channelId,
        channelKind: 'webchat',
        slaKind: 'webchat',
        preview: text.slice(0, 20),
        authorId: newId(),
        clientId: newId(),
        at: this.context.now().toISOString(),
        answersSeq: 1,
        human: true,
        outbound: {
          deliveryId,
          messageId,
          conversationId,
          channelId,
          channelKind: 'webchat',
          to: [{ address: visitorId, name: null }],
          cc: [],
          subject: null,
          text,
          html: null,
          attachments: files,
          mail: null,
        },
      },
    };
    await this.context.db.transaction(async (tx) => this.context.log.append(tx, [event]));
    return { messageId, deliveryId };
  }

  /** Something that the team sees and the visitor does not. */
  async note(conversationId: string, audience: Partial<Audience> = {}, type = 'message.noted'): Promise<string> {
    const messageId = newId();
    const common = { conversation: facts(conversationId, audience), at: this.context.now().toISOString() };
    const assigned = {
      from: { assigneeId: null, teamId: null },
      to: { assigneeId: null, teamId: null },
      by: { kind: 'customer' },
    };
    const event = {
      type,
      key: conversationId,
      seq: this.next(conversationId),
      occurredAt: this.context.now(),
      payload: {
        ...common,
        ...(type === 'message.noted' ? { messageId, messageSeq: 1, authorId: newId(), clientId: null } : assigned),
      },
    } as NewEvent;
    await this.context.db.transaction(async (tx) => this.context.log.append(tx, [event]));
    return messageId;
  }

  private next(conversationId: string): number {
    const version = (this.versions.get(conversationId) ?? 0) + 1;
    this.versions.set(conversationId, version);
    return version;
  }

  private received(message: ArrivedMessage, cause: string): NewEvent<'message.received'> {
    const conversationId = this.conversationOf(message.from.address);
    return {
      type: 'message.received',
      key: conversationId,
      seq: this.next(conversationId),
      occurredAt: this.context.now(),
      payload: {
        conversation: facts(conversationId, { channelTeamIds: message.channelTeamIds }),
        messageId: idFrom('message', cause),
        receiptId: message.receiptId,
        messageSeq: 1,
        channelId: message.channelId,
        channelKind: message.channelKind,
        slaKind: message.slaKind,
        preview: message.text.slice(0, 20),
        automatic: false,
        openedAt: message.receivedAt,
        channelTimestamp: null,
        receivedAt: message.receivedAt,
        from: { address: message.from.address, name: message.from.name },
        effect: 'opened',
        courtesy: false,
        clientId: message.clientId ?? null,
      },
    };
  }
}

export function facts(conversationId: string, audience: Partial<Audience> = {}): ConversationFacts {
  return {
    conversationId,
    customer: { id: idFrom('customer', conversationId), displayName: 'Cleo' },
    status: 'open',
    priority: 'normal',
    tags: [],
    subject: null,
    audience: { channelIds: [], channelTeamIds: [], teamId: null, assigneeId: null, ...audience },
  };
}
