import type { Decision, Fact, Picture, Wait } from '../clock/model.rules.js';

export type MoveCause = 'conversation_merged' | 'conversation_unmerged' | 'conversation_split';

/**
 * Open waits go where the conversation lives on; clocks are neither reset nor restarted, breaches stay (domain.md 2.6).
 * @param why.renumber what is taken off message numbers: the messages count from 1 in a split-off conversation
 */
export function moveOpenWaits(
  from: Picture,
  into: Picture,
  why: { at: Date; cause: MoveCause; only?: (wait: Wait) => boolean; renumber?: number },
): { from: Picture; into: Decision } {
  const goes = (wait: Wait) => wait.state === 'open' && (why.only?.(wait) ?? true);
  const facts: Fact[] = [];
  const moved = from.waits.filter(goes).map((wait): Wait => {
    const threadId = into.conversation.id;
    // after a split the message itself lives there; after a merge each side keeps its own
    const conversationId = why.cause === 'conversation_split' ? threadId : wait.conversationId;
    const less = why.renumber ?? 0;
    const numbers = { openingSeq: wait.openingSeq - less, lastSeq: wait.lastSeq - less };
    const there: Wait = { ...wait, ...numbers, threadId, conversationId };
    facts.push({
      type: 'wait.moved',
      wait: there,
      at: why.at,
      cause: why.cause,
      data: { fromId: from.conversation.id },
    });
    return there;
  });
  if (moved.length === 0) return { from, into: { picture: into, facts } };
  return {
    from: { ...from, waits: from.waits.filter((wait) => !goes(wait)) },
    into: { picture: { ...into, waits: [...into.waits, ...moved] }, facts },
  };
}
