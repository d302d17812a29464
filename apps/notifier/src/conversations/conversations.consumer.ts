import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { Audience, ConversationFacts, MessageReceived, MessageReplied } from '#contracts';
import { type Batch, Consume, type LogContext } from '#event-log';
import { DeliveryService } from '../delivery/delivery.service.js';
import { DeliveryWorker } from '../delivery/delivery.worker.js';
import { ConversationsService } from './conversations.service.js';

/** Inbox's facts: replies become deliveries, audiences decide who may see those. */
@Controller()
export class ConversationsConsumer {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly deliveries: DeliveryService,
    private readonly worker: DeliveryWorker,
  ) {}

  @Consume('notifier', 'inbox.conversation.v1', { commit: 'soon' })
  async handle(@Payload() batch: Batch, @Ctx() { tx }: LogContext): Promise<void> {
    const audiences = new Map<string, Audience>();
    const replies: MessageReplied[] = [];
    const received: MessageReceived[] = [];
    for (const { type, payload } of batch.events) {
      const facts = (payload as { conversation?: ConversationFacts }).conversation;
      if (facts) audiences.set(facts.conversationId, facts.audience);
      if (type === 'message.replied') replies.push(payload as MessageReplied);
      if (type === 'message.received') received.push(payload as MessageReceived);
    }
    this.conversations.keep(tx, audiences);
    await this.deliveries.hear(tx, received);
    const added = await this.deliveries.enqueue(tx, replies);
    if (added > 0) tx.afterCommit(() => this.worker.wake());
  }
}
