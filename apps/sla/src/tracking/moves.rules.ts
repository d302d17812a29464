import type { Decision, Fact, Picture, Wait } from '../clock/model.rules.js';

/** Open waits go where the conversation lives on; clocks are neither reset nor restarted, breaches stay (domain.md 2.6). */
export function moveOpenWaits(
  from: Picture,
  into: Picture,
  why: { at: Date; cause: 'conversation_merged' | 'conversation_split'; only?: (wait: Wait) => boolean },
): { from: Picture; into: Decision } {
  const goes = (wait: Wait) => wait.state === 'open' && (why.only?.(wait) ?? true);
  const facts: Fact[] = [];
  const moved = from.waits.filter(goes).map((wait): Wait => {
    const threadId = into.conversation.id;
    // after a split the message itself lives there; after a merge each side keeps its own
    const conversationId = why.cause === 'conversation_split' ? threadId : wait.conversationId;
    const there: Wait = { ...wait, threadId, conversationId };
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
