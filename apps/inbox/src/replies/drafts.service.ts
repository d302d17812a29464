import { Injectable } from '@nestjs/common';
import { cleanText } from '#kernel';
import type { Identity } from '#platform';
import { seenConversation } from '../conversations/access.js';
import { InboxContext } from '../inbox.context.js';
import { dropDraft, findDraft, saveDraft } from './draft.store.js';

export interface DraftView {
  text: string;
  kind: 'reply' | 'note';
  updatedAt: string;
}

/** What an agent has begun to write: one per conversation, seen by nobody else. */
@Injectable()
export class DraftsService {
  constructor(private readonly context: InboxContext) {}

  async find(actor: Identity, id: string): Promise<DraftView | null> {
    const conversation = await seenConversation(this.context.db, actor, id);
    const row = await findDraft(this.context.db, conversation.id, actor.personId);
    return row && { text: row.text, kind: row.kind, updatedAt: row.updatedAt.toISOString() };
  }

  async save(actor: Identity, id: string, draft: { text: string; kind: 'reply' | 'note' }): Promise<void> {
    const conversation = await seenConversation(this.context.db, actor, id);
    const place = { conversationId: conversation.id, personId: actor.personId };
    const text = cleanText(draft.text);
    if (text.trim() === '') await dropDraft(this.context.db, place.conversationId, place.personId);
    else await saveDraft(this.context.db, place, { text, kind: draft.kind }, this.context.now());
  }
}
