import type { Queryable, Tx } from '#database';
import { conflict, isId, notFound } from '#kernel';
import { type Identity, seesEverything } from '#platform';
import type { Conversation } from './conversation.rules.js';
import { type Access, findVisible, lockConversations } from './conversation.store.js';

export function accessOf(identity: Identity): Access {
  return { everything: seesEverything(identity), teamIds: identity.teamIds, personId: identity.personId };
}

/** @throws DomainError conversation_not_found, also for one that is there and may not be seen */
export async function seenConversation(db: Queryable, actor: Identity, id: string): Promise<Conversation> {
  const [found] = isId(id) ? await findVisible(db, accessOf(actor), [id]) : [];
  if (!found) throw notFound('conversation', id.slice(0, 64));
  return found;
}

/**
 * Locked for a change, in the order given. Access is judged on the locked row.
 * @throws DomainError conversation_not_found, conversation_merged
 */
export async function lockSeen(tx: Tx, actor: Identity, ids: string[]): Promise<Conversation[]> {
  const locked = await lockConversations(tx, ids.filter(isId));
  const access = accessOf(actor);
  return ids.map((id) => {
    const found = locked.find((conversation) => conversation.id === id.toLowerCase());
    if (!found || !mayAccess(access, found)) throw notFound('conversation', id.slice(0, 64));
    return found;
  });
}

/** @throws DomainError conversation_merged: work goes on where it was merged into */
export function refuseMerged(conversation: Conversation): void {
  if (conversation.mergedIntoId === null) return;
  throw conflict(
    'conversation_merged',
    `This conversation was merged into ${conversation.mergedIntoId}. Write and change there, or take the merge back first.`,
    { intoId: conversation.mergedIntoId },
  );
}

/** The same rule as `visible` in SQL, for a row in hand. */
export function mayAccess(access: Access, conversation: Conversation): boolean {
  return (
    access.everything ||
    conversation.channelTeamIds.length === 0 ||
    conversation.channelTeamIds.some((id) => access.teamIds.includes(id)) ||
    (conversation.teamId !== null && access.teamIds.includes(conversation.teamId)) ||
    conversation.assigneeId === access.personId
  );
}
