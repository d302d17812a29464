import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type ChannelAccount, ChannelError, type Sender } from '#connectors';
import type { OutboundReply } from '#contracts';
import { DomainError } from '#kernel';
import { DirectoryService } from '../directory/directory.service.js';
import { Ticker } from '../effects/ticker.js';
import { enrolWorker, isKnownDead } from '../effects/workers.js';
import { NotifierContext } from '../notifier.context.js';
import type { Delivery, Outcome } from './delivery.rules.js';
import { DeliveryService } from './delivery.service.js';
import { Senders } from './senders.js';

/** Replies in the air at once: of all channels, and of one (a slow provider must not take every hand). */
const AT_ONCE = 32;
const AT_ONCE_PER_CHANNEL = 6;
/** Longest pause without a wake: what other instances requeue, and what they leave behind, is found by then. */
const IDLE_MS = 5_000;
/** Under load every end of an attempt wakes us: the housekeeping is done at most so often. */
const HOUSEKEEPING_MS = 250;
/** On shutdown calls in the air get so long to end; what stays is asked about at the next start. */
const GRACE_MS = 5_000;

/** Hands replies to providers: `sending` is committed before each call, its end after it. Any number of instances. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ticker = new Ticker(
    () => this.work(),
    (error) => this.context.logger.warn({ err: error }, 'deliveries wait: the database does not answer'),
  );
  private readonly inTheAir = new Map<string, { channelId: string; ended: Promise<void> }>();
  private worker: ReturnType<typeof enrolWorker> | null = null;
  private housekeptAt = -Infinity;

  constructor(
    private readonly context: NotifierContext,
    private readonly deliveries: DeliveryService,
    private readonly directory: DirectoryService,
    private readonly senders: Senders,
  ) {}

  onApplicationBootstrap(): void {
    this.worker = enrolWorker();
    this.ticker.start();
  }

  /** Something is due now. */
  wake(): void {
    this.ticker.wake();
  }

  async onModuleDestroy(): Promise<void> {
    await this.ticker.stop();
    const ended = Promise.all([...this.inTheAir.values()].map((attempt) => attempt.ended));
    await Promise.race([ended, new Promise((done) => setTimeout(done, GRACE_MS).unref())]);
    this.worker?.leave();
  }

  /** Everything that can be begun now; answers how long to sleep. */
  private async work(): Promise<number> {
    const me = this.worker!.name;
    const housekeeping = performance.now() - this.housekeptAt > HOUSEKEEPING_MS;
    if (housekeeping) await this.keepHouse(me);
    for (;;) {
      if (this.room() === 0) break;
      const claimed = await this.deliveries.claim(me, this.room(), AT_ONCE_PER_CHANNEL, this.busyChannels());
      if (claimed.length === 0) break;
      for (const delivery of claimed) this.begin(delivery, this.attempt(delivery));
    }
    if (!housekeeping) return HOUSEKEEPING_MS;
    const next = await this.deliveries.nextInstant();
    return next ? Math.min(IDLE_MS, Math.max(20, next.getTime() - this.context.now().getTime())) : IDLE_MS;
  }

  /** What nobody wakes us for: leases, what dead workers left, the handover limit, words that found no row. */
  private async keepHouse(me: string): Promise<void> {
    this.housekeptAt = performance.now();
    if (this.inTheAir.size > 0) await this.deliveries.keep(me, [...this.inTheAir.keys()]);
    const dead = (await this.deliveries.holders()).filter((name) => name !== me && isKnownDead(name));
    for (const left of await this.deliveries.claimAbandoned(me, dead, this.room())) this.begin(left, this.clear(left));
    await this.deliveries.flagLate();
    await this.deliveries.sweepReports();
  }

  private room(): number {
    return AT_ONCE - this.inTheAir.size;
  }

  private busyChannels(): string[] {
    const counts = new Map<string, number>();
    for (const { channelId } of this.inTheAir.values()) counts.set(channelId, (counts.get(channelId) ?? 0) + 1);
    return [...counts].filter(([, n]) => n >= AT_ONCE_PER_CHANNEL).map(([id]) => id);
  }

  private begin(delivery: Delivery, work: Promise<void>): void {
    const ended = work
      .catch((error: unknown) => {
        // its row stays in `sending`: the lease brings it back as an attempt to be asked about
        this.context.logger.error({ err: error, deliveryId: delivery.id }, 'an attempt could not be recorded');
      })
      .finally(() => {
        this.inTheAir.delete(delivery.id);
        this.ticker.wake();
      });
    this.inTheAir.set(delivery.id, { channelId: delivery.channelId, ended });
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const ready = await this.prepare(delivery);
    if (!ready) return this.deliveries.postpone(delivery.id, 'Its channel is not known here yet; trying again.');
    if ('kind' in ready) return this.end(delivery, ready);
    await this.end(delivery, await this.send(delivery, ready));
  }

  /** Asks the provider about an attempt whose holder is gone. */
  private async clear(delivery: Delivery): Promise<void> {
    const ready = await this.prepare(delivery);
    if (!ready || 'kind' in ready) return this.end(delivery, { kind: 'unknowable', reason: INTERRUPTED });
    await this.end(delivery, await this.lookup(delivery, ready, INTERRUPTED));
  }

  /** What a call needs; an outcome when it cannot be made at all; null when the channel's event is still to come. */
  private async prepare(delivery: Delivery): Promise<Ready | Outcome | null> {
    const sender = this.senders.of(delivery.channelKind);
    if (!sender) return { kind: 'refused', reason: `Nothing can be sent by a ${delivery.channelKind} channel.` };
    try {
      const channel = await this.directory.channel(delivery.channelId);
      if (!channel) return null;
      if (channel.removed) {
        const reason = `The channel "${channel.account.name}" was removed. Answer by another channel.`;
        return { kind: 'refused', reason };
      }
      return { sender, channel: channel.account, reply: await this.deliveries.reply(delivery.id) };
    } catch (error) {
      this.context.logger.error({ err: error, channelId: delivery.channelId }, 'a channel cannot be used');
      return { kind: 'later', reason: 'The channel could not be used; see the log of this installation.' };
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
        const reason = trouble?.reason ?? 'It broke off without an answer.';
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
      const reason = error instanceof ChannelError ? error.reason : 'The provider could not be asked about it.';
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

const INTERRUPTED =
  'It is not known whether this reply left: the program stopped while sending it. Ask the customer, or send it again.';
