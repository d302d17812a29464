import { Injectable } from '@nestjs/common';
import type { AnyEnvelope, Envelope } from '#contracts';
import type { Tx } from '#database';
import { PolicyListCache } from '../policies/policy-lists.store.js';
import { fireDue } from '../clock/timers.rules.js';
import { SlaContext } from '../sla.context.js';
import { applyConversationEvent } from './conversation-events.rules.js';
import { applyDeliveryEvent } from './delivery-events.rules.js';
import { Deck } from './deck.js';
import { DueTimer } from './due-timer.js';
import { claimDue, type LoadedAll, lockPictures, nextDueAt, type ReplyKey } from './pictures.store.js';
import { writePictures } from './pictures-write.store.js';
import { RecentPictures } from './recent-pictures.js';

export interface Fired {
  /** Conversations that had something due. */
  claimed: number;
  /** How late each timer fired, in seconds. */
  lateness: number[];
}

/** Events and timers in, decisions out: lock and read, decide in memory, write all, tell the log. One statement reads, those that write go with the commit. */
@Injectable()
export class TrackingService {
  private readonly lists = new PolicyListCache();
  private readonly recent: RecentPictures;

  constructor(
    private readonly context: SlaContext,
    private readonly timer: DueTimer,
  ) {
    this.recent = new RecentPictures(context.db);
  }

  async handleConversations(tx: Tx, events: Envelope[]): Promise<void> {
    const replied = events.filter((event) => event.type === 'message.replied') as Envelope<'message.replied'>[];
    const replies = replied.map(({ payload: { conversation, messageId } }) => {
      return { conversationId: conversation.conversationId, messageId };
    });
    const noSpam = (events as AnyEnvelope[]).flatMap((event) =>
      event.type === 'message.corrected' && event.payload.from === 'spam' ? conversationIdsOf(event) : [],
    );
    const deck = await this.deal(tx, events.flatMap(conversationIdsOf), { replies, noSpam });
    for (const event of events) this.playEvent(deck, event as AnyEnvelope);
    this.finish(tx, deck);
  }

  async handleDeliveries(tx: Tx, events: Envelope[]): Promise<void> {
    const changes = events.filter((event) => event.type === 'delivery.changed') as Envelope<'delivery.changed'>[];
    const replies = changes.map(({ payload }) => payload);
    const deck = await this.deal(
      tx,
      replies.map(({ conversationId }) => conversationId),
      { replies, noSpam: [] },
    );
    for (const { id, payload } of changes) {
      deck.decide(payload.conversationId, id, (picture) => applyDeliveryEvent(picture, id, payload, deck.setting));
    }
    this.finish(tx, deck);
  }

  /** Fires what is due in at most `limit` conversations. */
  async fire(tx: Tx, limit: number): Promise<Fired> {
    const now = this.context.now();
    const ids = await claimDue(tx, now, limit);
    if (ids.length === 0) return { claimed: 0, lateness: [] };
    const deck = await this.deal(tx, ids, { replies: [], noSpam: [] });
    for (const id of ids) deck.decide(id, null, (picture) => fireDue(picture, now, deck.setting.lists));
    deck.sortByInstant();
    this.finish(tx, deck);
    const timers = deck.published.filter(({ fact }) => fact.type !== 'wait.answer_revoked');
    return { claimed: ids.length, lateness: timers.map(({ fact }) => (now.getTime() - fact.at.getTime()) / 1000) };
  }

  nextDueAt(): Promise<Date | null> {
    return nextDueAt(this.context.db);
  }

  private playEvent(deck: Deck, event: AnyEnvelope): void {
    switch (event.type) {
      case 'customer.changed':
        return deck.rename(event.payload.conversationIds, { customerName: event.payload.displayName });
      case 'customer.merged':
        return deck.rename(event.payload.conversationIds, { customerId: event.payload.intoId });
      case 'customer.unmerged':
        return deck.rename(event.payload.conversationIds, { customerId: event.payload.fromId });
      default: {
        const id = conversationIdsOf(event)[0];
        if (id) deck.decide(id, event.id, (picture) => applyConversationEvent(picture, event, deck.setting));
        if (event.type === 'conversation.split') deck.split(event.payload, event.id);
        if (event.type === 'conversation.unmerged') deck.unmerge(event.payload, event.id);
      }
    }
  }

  private async deal(
    tx: Tx,
    conversationIds: string[],
    more: { replies: ReplyKey[]; noSpam: string[] },
  ): Promise<Deck> {
    const wanted = [...new Set(conversationIds)];
    const loaded: LoadedAll = wanted.length
      ? await lockPictures(tx, { ids: wanted, ...more, recent: this.recent })
      : { byId: new Map(), listVersion: 1 };
    await this.followMerged(tx, loaded);
    const lists = await this.lists.lists(tx, listVersionsOf(loaded));
    return new Deck(loaded, { now: this.context.now(), lists, listVersion: loaded.listVersion });
  }

  /** Rarely: news about a conversation that was merged concerns the one it lives on in. */
  private async followMerged(tx: Tx, loaded: LoadedAll): Promise<void> {
    for (;;) {
      const missing = new Set<string>();
      for (const { picture } of loaded.byId.values()) {
        const { mergedIntoId } = picture.conversation;
        if (mergedIntoId !== null && !loaded.byId.has(mergedIntoId)) missing.add(mergedIntoId);
      }
      if (missing.size === 0) return;
      const more = await lockPictures(tx, { ids: [...missing], replies: [], noSpam: [], recent: this.recent });
      for (const [id, entry] of more.byId) loaded.byId.set(id, entry);
    }
  }

  private finish(tx: Tx, deck: Deck): void {
    deck.settleMerges();
    const { now } = deck.setting;
    const { earliest, written } = writePictures(tx, { cards: deck.dealt(), facts: deck.recorded, now });
    this.context.log.append(tx, deck.events());
    tx.afterCommit(() => {
      for (const [id, loaded] of written) this.recent.keep(id, loaded);
      if (earliest) this.timer.earlier(earliest);
    });
  }
}

/** The lists that new messages and those unanswered are judged by. */
function listVersionsOf({ byId, listVersion }: LoadedAll): Set<number> {
  const versions = new Set([listVersion]);
  for (const { picture } of byId.values())
    for (const wait of picture.waits) for (const candidate of wait.candidates) versions.add(candidate.listVersion);
  return versions;
}

/** The conversation an event is about first, then others it touches. */
function conversationIdsOf(event: Envelope): string[] {
  const known = event as AnyEnvelope;
  if ('conversationIds' in known.payload) return known.payload.conversationIds;
  if (!('conversation' in known.payload)) return [];
  const own = known.payload.conversation.conversationId;
  if (known.type === 'conversation.merged') return [own, known.payload.intoId];
  if (known.type === 'conversation.unmerged') return [own, known.payload.fromId];
  if (known.type === 'conversation.split') return [own, known.payload.newConversationId];
  return [own];
}
