import type { Tx } from '#database';
import { newId } from '#kernel';
import type { AppContext } from '#platform';
import type { Outcome } from './change.rules.js';
import type { Conversation } from './conversation.rules.js';
import { insertLines, saveConversations } from './conversation.store.js';

/** Saves working copies, lines and facts of one command. */
export async function saveOutcome(
  context: AppContext,
  tx: Tx,
  { conversations, outcome, now }: { conversations: Conversation[]; outcome: Outcome; now: Date },
): Promise<void> {
  if (outcome.facts.length === 0 && outcome.lines.length === 0) return;
  await saveConversations(tx, conversations);
  await insertLines(
    tx,
    outcome.lines.map((line) => ({ ...line, id: newId(), at: now })),
  );
  context.log.append(tx, outcome.facts);
}
