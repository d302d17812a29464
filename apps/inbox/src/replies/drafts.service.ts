import { Injectable } from '@nestjs/common';
import type { ReplyRecipientsView } from '#contracts';
import { cleanText } from '#kernel';
import type { Identity } from '#platform';
import { seenConversation } from '../conversations/access.js';
import type { Conversation } from '../conversations/conversation.rules.js';
import { InboxContext } from '../inbox.context.js';
import { type Draft, dropDraft, findDraft, saveDraft } from './draft.store.js';
import { seenOutlet } from './outlet.js';
import { readRecipients, takesRecipients } from './recipients.rules.js';
import type { DraftDto } from './replies.dto.js';

export interface DraftView {
  text: string;
  kind: 'reply' | 'note';
  /** The channel that `to` and `cc` are meant for; null where neither was named. */
  channelId: string | null;
  /** As its author named them; null: the usual ones. */
  to: ReplyRecipientsView['to'] | null;
  /** As its author named them; null: the usual ones. */
  cc: ReplyRecipientsView['cc'] | null;
  updatedAt: string;
}

type Addressed = Pick<Draft, 'channelId' | 'to' | 'cc'>;

const TO_NOBODY_ELSE: Addressed = { channelId: null, to: null, cc: null };

/** What an agent has begun to write: one per conversation, seen by nobody else. */
@Injectable()
export class DraftsService {
  constructor(private readonly context: InboxContext) {}

  async find(actor: Identity, id: string): Promise<DraftView | null> {
    const conversation = await seenConversation(this.context.db, actor, id);
    const row = await findDraft(this.context.db, conversation.id, actor.personId);
    return row && { ...row, updatedAt: row.updatedAt.toISOString() };
  }

  /** @throws DomainError unknown_channel, invalid_recipient */
  async save(actor: Identity, id: string, draft: DraftDto): Promise<void> {
    const conversation = await seenConversation(this.context.db, actor, id);
    const place = { conversationId: conversation.id, personId: actor.personId };
    const text = cleanText(draft.text);
    const addressed = await this.addressed(actor, conversation, draft);
    if (text.trim() === '' && addressed === TO_NOBODY_ELSE) {
      await dropDraft(this.context.db, place.conversationId, place.personId);
    } else await saveDraft(this.context.db, place, { text, kind: draft.kind, ...addressed }, this.context.now());
  }

  /** Words alone need no channel: they are kept even where none is left to answer on. */
  private async addressed(actor: Identity, conversation: Conversation, draft: DraftDto): Promise<Addressed> {
    if (!draft.to && !draft.cc) return TO_NOBODY_ELSE;
    const outlet = await seenOutlet(
      this.context.db,
      actor,
      conversation,
      draft.channelId ?? conversation.replyChannelId,
    );
    const to = readRecipients(draft.to, outlet.kind);
    const cc = readRecipients(draft.cc, outlet.kind);
    return takesRecipients(outlet.kind) ? { channelId: outlet.id, to, cc } : TO_NOBODY_ELSE;
  }
}
