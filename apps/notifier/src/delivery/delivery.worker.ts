import { Injectable } from '@nestjs/common';
import { type ChannelAccount, ChannelError, type Sender } from '#connectors';
import { DELIVERY_WORDS, type OutboundReply } from '#contracts';
import { DomainError } from '#kernel';
import { DirectoryService } from '../directory/directory.service.js';
import { EffectWorker } from '../effects/effect-worker.js';
import { NotifierContext } from '../notifier.context.js';
import type { Delivery, Outcome } from './delivery.rules.js';
import { DeliveryService } from './delivery.service.js';
import { obstacleTo } from './obstacle.rules.js';
import { Senders } from './senders.js';

/** Replies in the air at once: of all channels, and of one (a slow provider must not take every hand). */
const AT_ONCE = 32;
const AT_ONCE_PER_CHANNEL = 6;
/** Under load every end of an attempt wakes us: the housekeeping is done at most so often. */
const HOUSEKEEPING_MS = 250;

/** Hands replies to providers: `sending` is committed before each call, its end after it. Any number of instances. */
@Injectable()
export class DeliveryWorker extends EffectWorker<Delivery> {
  private housekeptAt = -Infinity;

  constructor(
    context: NotifierContext,
    private readonly deliveries: DeliveryService,
    private readonly directory: DirectoryService,
    private readonly senders: Senders,
  ) {
    super(context, { what: 'deliveries', atOnce: AT_ONCE, graceMs: 5_000 });
  }

  protected async work(): Promise<number> {
    const housekeeping = performance.now() - this.housekeptAt > HOUSEKEEPING_MS;
    if (housekeeping) await this.keepHouse();
    for (let room = this.room(); room > 0; room = this.room()) {
      const claimed = await this.deliveries.claim(this.me, room, AT_ONCE_PER_CHANNEL, this.busyChannels());
      if (claimed.length === 0) break;
      for (const delivery of claimed) this.begin(delivery.id, delivery, this.attempt(delivery));
    }
    if (!housekeeping) return HOUSEKEEPING_MS;
    return this.pauseUntil(await this.deliveries.nextInstant());
  }

  /** What nobody wakes us for: leases, what dead workers left, the handover limit, words that found no row. */
  private async keepHouse(): Promise<void> {
    this.housekeptAt = performance.now();
    if (this.inTheAir.size > 0) await this.deliveries.keep(this.me, [...this.inTheAir.keys()]);
    const dead = this.dead(await this.deliveries.holders());
    for (const left of await this.deliveries.claimAbandoned(this.me, dead, this.room())) {
      this.begin(left.id, left, this.clear(left));
    }
    await this.deliveries.flagLate();
    await this.deliveries.sweepReports();
  }

  private busyChannels(): string[] {
    const counts = new Map<string, number>();
    for (const { about } of this.inTheAir.values()) counts.set(about.channelId, (counts.get(about.channelId) ?? 0) + 1);
    return [...counts].filter(([, n]) => n >= AT_ONCE_PER_CHANNEL).map(([id]) => id);
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const ready = await this.prepare(delivery);
    if (!ready) return this.deliveries.postpone(delivery.id);
    if ('kind' in ready) return this.end(delivery, ready);
    await this.end(delivery, await this.send(delivery, ready));
  }

  /** Asks the provider about an attempt whose holder is gone. */
  private async clear(delivery: Delivery): Promise<void> {
    const ready = await this.prepare(delivery);
    if (!ready || 'kind' in ready)
      return this.end(delivery, { kind: 'unknowable', reason: DELIVERY_WORDS.interrupted });
    await this.end(delivery, await this.lookup(delivery, ready, DELIVERY_WORDS.interrupted));
  }

  /** What a call needs; an outcome when it cannot be made at all; null when the channel's event is still to come. */
  private async prepare(delivery: Delivery): Promise<Ready | Outcome | null> {
    const sender = this.senders.of(delivery.channelKind);
    if (!sender) return { kind: 'refused', reason: DELIVERY_WORDS.channel_kind_mute };
    try {
      const channel = await this.directory.channel(delivery.channelId);
      if (!channel) return null;
      if (channel.removed) {
        const reason = `${DELIVERY_WORDS.channel_removed}: ${channel.account.name}`;
        return { kind: 'refused', reason };
      }
      const { reply, ...obstacles } = await this.deliveries.reply(delivery.id);
      const obstacle = obstacleTo(delivery, obstacles);
      if (obstacle) return { kind: 'refused', reason: obstacle };
      return { sender, channel: channel.account, reply };
    } catch (error) {
      this.context.logger.error({ err: error, channelId: delivery.channelId }, 'a channel cannot be used');
      return { kind: 'later', reason: DELIVERY_WORDS.channel_unusable };
    }
  }

  private async send(delivery: Delivery, { sender, reply, channel }: Ready): Promise<Outcome> {
    try {
      return { kind: 'accepted', ...(await this.senders.send(sender, reply, channel)) };
    } catch (error) {
      if (error instanceof DomainError) return { kind: 'refused', reason: error.message }; // an attachment has gone
      const trouble = error instanceof ChannelError ? error : null;
      if (!trouble) this.context.logger.error({ err: error, deliveryId: delivery.id }, 'a sender failed unexpectedly');
      if (!trouble || trouble.ambiguous) {
        const reason = trouble?.reason ?? DELIVERY_WORDS.broke_off;
        // the provider may still be working on it: it is asked in a moment, not at once
        return sender.lookup && trouble ? { kind: 'doubt', reason } : { kind: 'unknowable', reason };
      }
      return { kind: trouble.retryable ? 'later' : 'refused', reason: trouble.reason };
    }
  }

  private async lookup(delivery: Delivery, { sender, reply, channel }: Ready, why: string): Promise<Outcome> {
    try {
      const answer = await this.senders.lookup(sender, reply, channel, delivery.attemptAt ?? delivery.releasedAt);
      if (!answer) return { kind: 'unknowable', reason: delivery.reason ?? why };
      const id = answer.found?.providerId;
      if (id && (await this.deliveries.isAnothers(delivery.id, id))) return { kind: 'unknowable', reason: why };
      if (answer.found) return { kind: 'accepted', ...answer.found };
      return { kind: 'later', reason: delivery.reason ?? why };
    } catch (error) {
      const reason = error instanceof ChannelError ? error.reason : DELIVERY_WORDS.not_asked;
      return { kind: 'doubt', reason };
    }
  }

  private async end(delivery: Delivery, outcome: Outcome): Promise<void> {
    await this.deliveries.settle(delivery.id, delivery.attemptId!, outcome);
  }
}

interface Ready {
  sender: Sender;
  channel: ChannelAccount;
  reply: OutboundReply;
}
