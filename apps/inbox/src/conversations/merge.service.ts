import { Injectable } from '@nestjs/common';
import type { ConversationView } from '#contracts';
import type { Tx } from '#database';
import { conflict, invalid } from '#kernel';
import type { Identity } from '#platform';
import { InboxContext } from '../inbox.context.js';
import { lockSeen, refuseMerged } from './access.js';
import type { Conversation } from './conversation.rules.js';
import { insertConversation } from './conversation.store.js';
import { ConversationsService } from './conversations.service.js';
import { mergeConversations, unmergeConversation } from './merge.rules.js';
import { endMerge, hasOtherOpen, insertLink, listFigures, moveMessages, pointBack, pointOn } from './merge.store.js';
import { saveOutcome } from './save-outcome.js';
import { splitConversation } from './split.rules.js';

/** Joins and parts conversations; each can be taken back (domain.md 3.5). */
@Injectable()
export class MergeService {
  constructor(
    private readonly context: InboxContext,
    private readonly conversations: ConversationsService,
  ) {}

  /** Answers the one that goes on. @throws DomainError same_conversation, different_customers, conversation_merged */
  async merge(actor: Identity, id: string, intoId: string): Promise<ConversationView> {
    const by = { kind: 'person', id: actor.personId } as const;
    if (id.toLowerCase() === intoId.toLowerCase()) {
      throw invalid('same_conversation', 'A conversation cannot be merged into itself. Give another one as intoId.');
    }
    return this.run(async (tx, now) => {
      const [from, into] = (await lockSeen(tx, actor, [id, intoId])) as [Conversation, Conversation];
      refuseMerged(from);
      refuseMerged(into);
      if (from.customerId !== into.customerId) {
        throw conflict(
          'different_customers',
          `These are conversations of ${from.customerName} and of ${into.customerName}. Merge the customers first, if they are one person.`,
          { customerIds: [from.customerId, into.customerId] },
        );
      }
      const formerStatus = from.status;
      const outcome = mergeConversations(from, into, by, now);
      const link = { kind: 'merged', fromId: from.id, toId: into.id, byId: actor.personId, formerStatus } as const;
      await insertLink(tx, link, now);
      await pointOn(tx, from.id, into.id);
      await saveOutcome(this.context, tx, { conversations: [from, into], outcome, now });
      return into;
    });
  }

  /** Takes a merge back; answers the one that was merged. @throws DomainError not_merged */
  async unmerge(actor: Identity, id: string): Promise<ConversationView> {
    return this.run(async (tx, now) => {
      const [from] = (await lockSeen(tx, actor, [id])) as [Conversation];
      const former = await endMerge(tx, from.id, now);
      if (from.mergedIntoId === null || former === null) {
        throw conflict(
          'not_merged',
          'This conversation is not merged into another one, so there is nothing to take back.',
        );
      }
      const otherOpen = await hasOtherOpen(tx, from.customerId, from.id);
      const outcome = unmergeConversation(from, { former, otherOpen }, { kind: 'person', id: actor.personId }, now);
      await pointBack(tx, from.id);
      await saveOutcome(this.context, tx, { conversations: [from], outcome, now });
      return from;
    });
  }

  /** Answers the new conversation. @throws DomainError nothing_to_split, conversation_merged */
  async split(actor: Identity, id: string, fromSeq: number): Promise<ConversationView> {
    return this.run(async (tx, now) => {
      const [old] = (await lockSeen(tx, actor, [id])) as [Conversation];
      refuseMerged(old);
      const messages = await listFigures(tx, old.id);
      const isPublic = (message: { kind: string }) => message.kind === 'inbound' || message.kind === 'reply';
      const [stay, go] = [messages.filter((m) => m.seq < fromSeq), messages.filter((m) => m.seq >= fromSeq)];
      if (!stay.some(isPublic) || !go.some(isPublic)) {
        throw invalid(
          'nothing_to_split',
          `fromSeq=${fromSeq} leaves one side without a message (it has 1 to ${old.lastSeq}). Give the number of a later message.`,
        );
      }
      const by = { kind: 'person', id: actor.personId } as const;
      const { fresh, moved, outcome } = splitConversation(old, messages, { fromSeq, by, now });
      await insertConversation(tx, fresh);
      await moveMessages(tx, fresh.id, moved);
      const link = { kind: 'split', fromId: fresh.id, toId: old.id, byId: actor.personId, formerStatus: null } as const;
      await insertLink(tx, link, now);
      await saveOutcome(this.context, tx, { conversations: [old, fresh], outcome, now });
      return fresh;
    });
  }

  private async run(work: (tx: Tx, now: Date) => Promise<Conversation>): Promise<ConversationView> {
    const conversation = await this.context.db.retrying((tx) => work(tx, this.context.now()));
    const [view] = await this.conversations.views([conversation]);
    return view!;
  }
}
