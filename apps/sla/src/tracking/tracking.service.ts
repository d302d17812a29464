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
import { claimDue, type LoadedAll, lockPictures, nextDueAt } from './pictures.store.js';
import { writePictures } from './pictures-write.store.js';
import { RecentPictures } from './recent-pictures.js';

export interface Fired {
  /** Conversations that had something due. */
  claimed: number;
  /** How late each timer fired, in seconds. */
  lateness: number[];
}

/** Events and timers in, decisions out: lock and read, decide in memory, write all, tell the log. Two statements a batch. */
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
    const messageIds = events.filter((event) => event.type === 'message.replied').map(messageIdOf);
    const deck = await this.deal(tx, events.flatMap(conversationIdsOf), messageIds);
    for (const event of events) this.playEvent(deck, event as AnyEnvelope);
    this.finish(tx, deck);
  }

  async handleDeliveries(tx: Tx, events: Envelope[]): Promise<void> {
    const changes = events.filter((event) => event.type === 'delivery.changed') as Envelope<'delivery.changed'>[];
    const ids = changes.map((event) => event.payload.conversationId);
    const deck = await this.deal(tx, ids, changes.map(messageIdOf));
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
    const deck = await this.deal(tx, ids, []);
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

  private async deal(tx: Tx, conversationIds: string[], messageIds: string[]): Promise<Deck> {
    const wanted = [...new Set(conversationIds)];
    const loaded: LoadedAll = wanted.length
      ? await lockPictures(tx, { ids: wanted, messageIds, recent: this.recent })
      : { byId: new Map(), listVersion: 1 };
    await this.followMerged(tx, loaded);
    const open = [...loaded.byId.values()].flatMap(({ picture }) => picture.waits);
    const versions = open.flatMap((wait) => wait.candidates.map((candidate) => candidate.listVersion));
    const lists = await this.lists.lists(tx, [loaded.listVersion, ...versions]);
    return new Deck(loaded, { now: this.context.now(), lists, listVersion: loaded.listVersion });
  }

  /** Rarely: news about a conversation that was merged concerns the one it lives on in. */
  private async followMerged(tx: Tx, loaded: LoadedAll): Promise<void> {
    for (;;) {
      const missing = [...loaded.byId.values()]
        .map(({ picture }) => picture.conversation.mergedIntoId)
        .filter((id): id is string => id !== null && !loaded.byId.has(id));
      if (missing.length === 0) return;
      const more = await lockPictures(tx, { ids: [...new Set(missing)], messageIds: [], recent: this.recent });
      for (const [id, entry] of more.byId) loaded.byId.set(id, entry);
    }
  }

  private finish(tx: Tx, deck: Deck): void {
    deck.settleMerges();
    const { now } = deck.setting;
    const { earliest, written } = writePictures(tx, { pictures: deck.pictures(), facts: deck.recorded, now });
    this.context.log.append(tx, deck.events());
    tx.afterCommit(() => {
      for (const [id, loaded] of written) this.recent.keep(id, loaded);
      if (earliest) this.timer.earlier(earliest);
    });
  }
}

function messageIdOf(event: Envelope): string {
  return (event.payload as { messageId: string }).messageId;
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
