import type { EventPayloads } from '#contracts';
import type { NewEvent } from '#event-log';
import type { Conversation, Decision, Fact, Picture } from '../clock/model.rules.js';
import type { Setting } from './conversation-events.rules.js';
import { moveOpenWaits } from './moves.rules.js';
import type { LoadedAll } from './pictures.store.js';
import type { Card, RecordedFact } from './pictures-write.store.js';
import { clockEventOf, type Published } from './publish.rules.js';

/** The conversations of one batch in memory: decisions are taken on it one after another and written once. */
export class Deck {
  readonly published: (Published & RecordedFact)[] = [];
  private readonly cards = new Map<string, Card>();

  constructor(
    loaded: LoadedAll,
    readonly setting: Setting,
  ) {
    for (const [id, before] of loaded.byId) this.cards.set(id, { before, picture: before.picture });
  }

  decide(id: string, evidenceId: string | null, decision: (picture: Picture) => Decision): void {
    const card = this.card(id);
    const { picture, facts } = decision(card.picture);
    card.picture = picture;
    this.record(facts, picture, evidenceId);
  }

  rename(ids: string[], change: Partial<Pick<Conversation, 'customerId' | 'customerName'>>): void {
    for (const id of ids) {
      const card = this.card(id);
      card.picture = { ...card.picture, conversation: { ...card.picture.conversation, ...change } };
    }
  }

  /** What the customer wrote from `fromSeq` on lives in the new conversation, and so does the wait that it opened. */
  split(split: EventPayloads['conversation.split'], evidenceId: string): void {
    this.move(split.conversation.conversationId, split.newConversationId, evidenceId, {
      at: new Date(split.at),
      cause: 'conversation_split',
      renumber: split.fromSeq - 1,
      only: (wait) => wait.openingSeq >= split.fromSeq && wait.conversationId === split.conversation.conversationId,
    });
  }

  /** A merge taken back: each side has its own waits again. */
  unmerge(unmerged: EventPayloads['conversation.unmerged'], evidenceId: string): void {
    const own = unmerged.conversation.conversationId;
    this.move(unmerged.fromId, own, evidenceId, {
      at: new Date(unmerged.at),
      cause: 'conversation_unmerged',
      only: (wait) => wait.conversationId === own,
    });
  }

  /** Whoever waits in a conversation that was merged away waits where it lives on. */
  settleMerges(): void {
    const merged = this.dealt().filter(
      ({ picture: { conversation, waits } }) =>
        conversation.mergedIntoId !== null && waits.some((wait) => wait.state === 'open'),
    );
    for (const { picture } of merged) {
      const { id, mergedIntoId } = picture.conversation;
      this.move(id, mergedIntoId!, null, { at: this.setting.now, cause: 'conversation_merged' });
    }
  }

  /** After a downtime the oldest due comes first, over all conversations; within one, order stays as decided. */
  sortByInstant(): void {
    this.published.sort((a, b) => a.fact.at.getTime() - b.fact.at.getTime());
  }

  get recorded(): RecordedFact[] {
    return this.published;
  }

  dealt(): Card[] {
    return [...this.cards.values()];
  }

  events(): NewEvent[] {
    const { now } = this.setting;
    return this.published.flatMap((entry): NewEvent[] => {
      const event = clockEventOf(entry, now);
      return event ? [{ occurredAt: now, causationId: entry.evidenceId, ...event } as NewEvent] : [];
    });
  }

  private move(
    fromId: string,
    intoId: string,
    evidenceId: string | null,
    why: Parameters<typeof moveOpenWaits>[2],
  ): void {
    const from = this.card(fromId);
    const into = this.card(intoId);
    const moved = moveOpenWaits(from.picture, into.picture, why);
    from.picture = moved.from;
    into.picture = moved.into.picture;
    this.record(moved.into.facts, moved.into.picture, evidenceId);
  }

  private record(facts: Fact[], picture: Picture, evidenceId: string | null): void {
    for (const fact of facts) this.published.push({ fact, picture, evidenceId });
  }

  private card(id: string): Card {
    const card = this.cards.get(id);
    if (!card) throw new Error(`conversation ${id} was not loaded for this batch`);
    return card;
  }
}
