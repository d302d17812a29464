import type { ConversationView } from '#contracts';
import type { LinkRow } from './conversation-list.store.js';
import type { Conversation } from './conversation.rules.js';

export function conversationView(conversation: Conversation, links: readonly LinkRow[]): ConversationView {
  return {
    id: conversation.id,
    subject: conversation.subject,
    status: conversation.status,
    customer: { id: conversation.customerId, displayName: conversation.customerName },
    channelKinds: conversation.channelKinds,
    channelIds: conversation.channelIds,
    assigneeId: conversation.assigneeId,
    teamId: conversation.teamId,
    priority: conversation.priority,
    tags: conversation.tags,
    seq: conversation.lastSeq,
    version: conversation.version,
    preview: conversation.preview,
    replyChannelId: conversation.replyChannelId,
    lastMessageAt: conversation.lastMessageAt.toISOString(),
    createdAt: conversation.createdAt.toISOString(),
    snoozedUntil: conversation.snoozedUntil?.toISOString() ?? null,
    due: conversation.due,
    links: links
      .filter((link) => link.conversationId === conversation.id)
      .map(({ kind, otherId, direction }) => ({ kind, conversationId: otherId, direction })),
    mergedIntoId: conversation.mergedIntoId,
  };
}
