import { Injectable } from '@nestjs/common';
import type { DeliveryChanged, DeliveryReport, MessageReceived, MessageReplied, OutboundReply } from '#contracts';
import type { Tx } from '#database';
import { conflict, isId, newId, notFound } from '#kernel';
import type { Identity } from '#platform';
import { record } from '../effects/record.js';
import { mayWork } from '../conversations/conversations.store.js';
import { NotifierContext } from '../notifier.context.js';
import {
  bareMessageId,
  begin,
  changeOf,
  type Delivery,
  flagLate,
  LEASE_MS,
  type Outcome,
  postpone,
  reached,
  report,
  retry,
  settle,
  soundReport,
  takeOver,
} from './delivery.rules.js';
import * as store from './delivery.store.js';
import { consentWords, type Obstacles } from './obstacle.rules.js';
import { keepConsent } from './opt-outs.store.js';
import { keepUnmatched, takeMatchable, takeUnmatched } from './unmatched.store.js';

type Change = { before: Delivery | null; after: Delivery };

/** Every change of a delivery: row, count and event in one transaction. */
@Injectable()
export class DeliveryService {
  constructor(private readonly context: NotifierContext) {}

  /** Web chat is sent by gateway, which holds the sockets. */
  async enqueue(tx: Tx, replies: MessageReplied[]): Promise<number> {
    const rows = replies.filter((reply) => reply.channelKind !== 'webchat').map(newDelivery);
    if (rows.length === 0) return 0;
    const now = this.context.now();
    const added = await store.insertDeliveries(tx, rows, now);
    await this.publish(
      tx,
      added.map((after) => ({ before: null, after })),
      now,
    );
    return added.length;
  }

  /** Claims due replies and commits `sending` with an attempt of its own, before anything leaves. */
  claim(worker: string, limit: number, perChannel: number, busyChannels: string[]): Promise<Delivery[]> {
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      const due = await store.lockDue(tx, { now, limit, perChannel, busyChannels });
      return this.write(
        tx,
        due.map((before) => ({ before, after: begin(before, newId(), worker, now) })),
        now,
      );
    });
  }

  /** Attempts left in `sending` by a worker that is gone: never sent again before the provider was asked. */
  claimAbandoned(worker: string, dead: string[], limit: number): Promise<Delivery[]> {
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      const rows = await store.lockAbandoned(tx, now, dead, limit);
      return this.write(
        tx,
        rows.map((before) => ({ before, after: takeOver(before, worker, now) })),
        now,
      );
    });
  }

  settle(id: string, attemptId: string, outcome: Outcome): Promise<void> {
    return this.change(id, (before, now) => settle(before, attemptId, outcome, now));
  }

  /** Until its channel is known; had it become known in this moment, at once. */
  async postpone(id: string): Promise<void> {
    await this.change(id, postpone);
    await store.bringForward(this.context.db, null, this.context.now());
  }

  /** These channels are known from now on. */
  bringForward(tx: Tx, channelIds: string[]): Promise<void> {
    return store.bringForward(tx, channelIds, this.context.now());
  }

  /** Tells once that a reply was not accepted within the handover limit. */
  flagLate(): Promise<Delivery[]> {
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      const rows = await store.lockLate(tx, now, 200);
      return this.write(
        tx,
        rows.map((before) => ({ before, after: flagLate(before) })),
        now,
      );
    });
  }

  /** By a person who sees the conversation. @throws DomainError delivery_not_found, delivery_not_retryable */
  async retry(identity: Identity, id: string): Promise<void> {
    await this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      const before = isId(id) ? await store.lockDelivery(tx, id) : null;
      if (!before || !(await mayWork(tx, identity, before.conversationId))) throw notFound('delivery', id);
      if (before.state !== 'failed' && before.state !== 'unknown') {
        throw conflict(
          'delivery_not_retryable',
          `This reply is ${before.state}. Only one that failed, or whose fate is unknown, can be sent again.`,
          { state: before.state },
        );
      }
      await this.write(tx, [{ before, after: retry(before, now) }], now);
    });
  }

  /** Providers' words; those about rows that do not know their provider id yet are kept until they do. */
  async applyReports(tx: Tx, words: DeliveryReport[]): Promise<void> {
    if (words.length === 0) return;
    const reports = words.map(soundReport);
    const now = this.context.now();
    const before = await store.lockReported(tx, keysOf(reports));
    const { changes, unmatched } = applyAll(before, reports);
    await keepUnmatched(tx, unmatched, now);
    await this.write(tx, changes, now);
  }

  /** Catches words that were kept in the same moment in which their row learned its provider id. */
  sweepReports(): Promise<void> {
    return this.context.db.transaction(async (tx) => {
      await this.applyReports(tx, await takeMatchable(tx, this.context.now()));
    });
  }

  /** States that gateway reports about web chat count too. */
  async countElsewhere(tx: Tx, changes: DeliveryChanged[]): Promise<void> {
    await store.addCounts(tx, tally(changes.map((c) => ({ kind: c.channelKind, from: c.from, to: c.to }))));
  }

  /** What customers wrote may close or open the line to them. */
  async hear(tx: Tx, received: MessageReceived[]): Promise<void> {
    await keepConsent(tx, consentWords(received));
  }

  reply(id: string): Promise<{ reply: OutboundReply } & Obstacles> {
    return store.loadReply(this.context.db, id);
  }

  isAnothers(id: string, providerId: string): Promise<boolean> {
    return store.isAnothers(this.context.db, id, providerId);
  }

  keep(worker: string, ids: string[]): Promise<void> {
    return store.extendLeases(this.context.db, worker, ids, new Date(this.context.now().getTime() + LEASE_MS));
  }

  holders(): Promise<string[]> {
    return store.holders(this.context.db);
  }

  nextInstant(): Promise<Date | null> {
    return store.nextInstant(this.context.db, this.context.now());
  }

  counts(): ReturnType<typeof store.readCounts> {
    return store.readCounts(this.context.db);
  }

  private async change(id: string, decide: (before: Delivery, now: Date) => Delivery): Promise<void> {
    await record(this.context.db, async (tx) => {
      const now = this.context.now();
      const before = await store.lockDelivery(tx, id);
      if (!before) return;
      const decided = decide(before, now);
      const learned = decided.providerId !== before.providerId || decided.messageIdHeader !== before.messageIdHeader;
      const words = learned ? await takeUnmatched(tx, keysOfDelivery(decided)) : [];
      await this.write(tx, [{ before, after: words.reduce(report, decided) }], now);
    });
  }

  private async write(tx: Tx, changes: Change[], now: Date): Promise<Delivery[]> {
    const real = changes.filter(({ before, after }) => after !== before);
    await store.saveDeliveries(
      tx,
      real.map(({ after }) => after),
      now,
    );
    await this.publish(tx, real, now);
    return changes.map(({ after }) => after);
  }

  private async publish(tx: Tx, changes: Change[], now: Date): Promise<void> {
    const states = changes.map(({ before, after }) => ({
      kind: after.channelKind,
      from: before?.state ?? null,
      to: after.state,
    }));
    await store.addCounts(tx, tally(states));
    const events = changes.flatMap(({ before, after }) => changeOf(before, after, now) ?? []);
    this.context.log.append(
      tx,
      events.map((payload) => ({
        type: 'delivery.changed' as const,
        key: payload.conversationId,
        payload,
        occurredAt: now,
      })),
    );
  }
}

function newDelivery(event: MessageReplied): store.NewDelivery {
  const { outbound } = event;
  return {
    id: outbound.deliveryId,
    messageId: event.messageId,
    messageSeq: event.messageSeq,
    conversationId: event.conversation.conversationId,
    channelId: event.channelId,
    channelKind: event.channelKind,
    recipients: outbound.to.map((to) => to.address).join(', '),
    reply: { ...outbound, human: event.human, answersSeq: event.answersSeq },
    messageIdHeader: bareMessageId(outbound.mail?.messageId),
    releasedAt: event.at,
  };
}

/** Reports in order over the rows they are about. */
function applyAll(rows: Delivery[], reports: DeliveryReport[]): { changes: Change[]; unmatched: DeliveryReport[] } {
  const now = new Map(rows.map((row) => [row.id, row]));
  const unmatched: DeliveryReport[] = [];
  for (const word of reports) {
    const header = bareMessageId(word.messageIdHeader);
    const found = [...now.values()].find(
      (row) =>
        (word.deliveryId !== null && row.id === word.deliveryId) ||
        (word.providerId !== null && row.providerId === word.providerId) ||
        (header !== null && row.messageIdHeader === header),
    );
    if (found) now.set(found.id, report(found, word));
    else unmatched.push(word);
  }
  return { changes: rows.map((before) => ({ before, after: now.get(before.id)! })), unmatched };
}

function keysOf(reports: DeliveryReport[]): store.ReportKeys {
  return {
    deliveryIds: reports.flatMap((word) => word.deliveryId ?? []),
    providerIds: reports.flatMap((word) => word.providerId ?? []),
    headers: reports.flatMap((word) => bareMessageId(word.messageIdHeader) ?? []),
  };
}

function keysOfDelivery(delivery: Delivery): store.ReportKeys {
  const list = (value: string | null) => (value === null ? [] : [value]);
  return {
    deliveryIds: [delivery.id],
    providerIds: list(delivery.providerId),
    headers: list(delivery.messageIdHeader),
  };
}

function tally(changes: { kind: string; from: Delivery['state'] | null; to: Delivery['state'] }[]) {
  const counts = new Map<string, { channelKind: string; state: Delivery['state']; n: number }>();
  for (const { kind, from, to } of changes) {
    for (const state of reached(from, to)) {
      const key = `${kind} ${state}`;
      const entry = counts.get(key) ?? { channelKind: kind, state, n: 0 };
      counts.set(key, { ...entry, n: entry.n + 1 });
    }
  }
  return [...counts.values()];
}
