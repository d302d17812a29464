import { Injectable } from '@nestjs/common';
import type { ConversationView } from '#contracts';
import type { Tx } from '#database';
import { conflict, isId, notFound } from '#kernel';
import type { Identity } from '#platform';
import { InboxContext } from '../inbox.context.js';
import { lockSeen, refuseMerged } from './access.js';
import type { Conversation } from './conversation.rules.js';
import { ConversationsService } from './conversations.service.js';
import { needsAnswer, type SetAsideMessage, setAsideAs } from './correction.rules.js';
import { countMessage, findSetAside } from './correction.store.js';
import { orAnotherOpen } from './one-open.js';
import { saveOutcome } from './save-outcome.js';

/** Where we were wrong about a customer's message, a person says so (domain.md 2.2). */
@Injectable()
export class CorrectionsService {
  constructor(
    private readonly context: InboxContext,
    private readonly conversations: ConversationsService,
  ) {}

  /**
   * The message was a person's, and no closing thanks: the customer has waited since it came. Answers its conversation;
   * said twice, the second time changes nothing.
   * @throws DomainError message_not_found, not_from_customer, conversation_merged, another_open
   */
  async needsAnswer(actor: Identity, id: string): Promise<ConversationView> {
    const found = isId(id) ? await findSetAside(this.context.db, id) : null;
    if (!found) throw notFound('message', id.slice(0, 64));
    const conversation = await orAnotherOpen(found.conversationId, () =>
      this.context.db.retrying(async (tx) => {
        const [locked] = await lockSeen(tx, actor, [found.conversationId]);
        return this.correct(tx, actor, { conversation: locked!, message: (await findSetAside(tx, found.id))! });
      }),
    );
    const [view] = await this.conversations.views([conversation]);
    return view!;
  }

  private async correct(
    tx: Tx,
    actor: Identity,
    { conversation, message }: { conversation: Conversation; message: SetAsideMessage },
  ): Promise<Conversation> {
    refuseMerged(conversation);
    if (message.kind !== 'inbound') {
      throw conflict('not_from_customer', 'This message is not from a customer. Name one that a customer sent.');
    }
    if (message.conversationId !== conversation.id) {
      throw conflict('message_moved', 'The message has just been moved to another conversation. Try again.');
    }
    const from = setAsideAs(message);
    if (from === null) return conversation;
    const now = this.context.now();
    const outcome = needsAnswer(conversation, message, { from, by: { kind: 'person', id: actor.personId }, now });
    await countMessage(tx, message.id);
    await saveOutcome(this.context, tx, { conversations: [conversation], outcome, now });
    return conversation;
  }
}
