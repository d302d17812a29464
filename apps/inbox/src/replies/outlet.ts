import type { Queryable } from '#database';
import { invalid } from '#kernel';
import { type Identity, seesEverything } from '#platform';
import type { Conversation } from '../conversations/conversation.rules.js';
import type { Outlet } from './recipients.rules.js';
import { findOutlet } from './reply.store.js';

/**
 * The channel to write on; one that the conversation does not use yet has to be one that the actor may see.
 * @throws DomainError unknown_channel
 */
export async function seenOutlet(
  db: Queryable,
  actor: Identity,
  conversation: Conversation,
  id: string | null,
): Promise<Outlet> {
  const outlet = id === null ? null : await findOutlet(db, id);
  const known = outlet !== null && conversation.channelIds.includes(outlet.id);
  const open = outlet?.teamIds.length === 0 || outlet?.teamIds.some((team) => actor.teamIds.includes(team));
  if (outlet && (known || open || seesEverything(actor))) return outlet;
  throw invalid(
    'unknown_channel',
    `There is no channel ${id ?? ''} to answer on. Give the channelId of one that is connected (GET /api/v1/channels).`,
  );
}
