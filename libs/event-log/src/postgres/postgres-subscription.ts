import type { Envelope, Topic } from '#contracts';
import { isTransient } from '#database';
import type { Database, Tx } from '#database';
import type { Clock } from '#kernel';
import { Bisection } from '../bisection.js';
import { withTrace } from '../correlation.js';
import { parseEnvelope } from '../envelope.js';
import type { Handle, Subscription, SubscriptionOptions } from '../event-log.js';
import { hold, park, type ToPark } from '../parking.store.js';
import { type Pending, pendingOf } from '../pending.js';
import { type FetchedRow, fetchBatch } from './postgres-log.store.js';
import { onWake } from './wake.js';

interface Parts {
  db: Database;
  clock: Clock;
  flush: (tx: Tx, pending: Pending) => Promise<void>;
  onError: (error: unknown, where: string) => void;
}

/** Asks for the batch again: a key was replayed while it was being held. */
class RunAgain extends Error {
  readonly code = '40001';
}

/** One group on one topic: fetch, handle, commit effects and offset together, again until nothing is left; then sleep. */
export class PostgresSubscription implements Subscription {
  private readonly bisection: Bisection;
  private readonly off: () => void;
  private running = true;
  private dirty = true;
  private rouse: (() => void) | null = null;
  private troubleSince: number | null = null;
  private readonly finished: Promise<void>;

  constructor(
    private readonly options: SubscriptionOptions,
    private readonly handle: Handle,
    private readonly parts: Parts,
  ) {
    this.bisection = new Bisection(options.batchSize ?? 500);
    this.off = onWake(options.topic, () => this.wake());
    this.finished = this.run();
  }

  wake(): void {
    this.dirty = true;
    this.rouse?.();
  }

  healthy(): boolean {
    return this.running && (this.troubleSince === null || performance.now() - this.troubleSince < 5_000);
  }

  async stop(): Promise<void> {
    this.running = false;
    this.off();
    this.wake();
    await this.finished;
  }

  private async run(): Promise<void> {
    let pause = 50;
    while (this.running) {
      this.dirty = false;
      try {
        const handled = await this.turn();
        this.troubleSince = null;
        pause = 50;
        if (handled === 0 && !this.dirty) await this.sleep();
      } catch (error) {
        this.troubleSince ??= performance.now();
        this.parts.onError(error, `${this.options.group} on ${this.options.topic}`);
        await this.sleep(pause);
        pause = Math.min(pause * 2, 2_000);
      }
    }
  }

  /** One transaction; answers how many events it took. Throws only on trouble that passes by itself. */
  private async turn(): Promise<number> {
    const taken: { rows: FetchedRow[] } = { rows: [] };
    try {
      await this.parts.db.transaction((tx) => this.take(tx, taken));
      if (taken.rows.length > 0) this.bisection.succeeded();
      return taken.rows.length;
    } catch (error) {
      const verdict = this.bisection.failed(error, taken.rows.length);
      if (verdict === 'again') {
        if (isTransient(error)) throw error;
        return 1;
      }
      if (verdict === 'smaller') return 1;
      this.parts.onError(error, `${this.options.group} parked an event of ${this.options.topic}`);
      await this.parts.db.transaction((tx) => this.parkFirst(tx, error));
      return 1;
    }
  }

  private async take(tx: Tx, taken: { rows: FetchedRow[] }): Promise<void> {
    const { group, topic } = this.options;
    taken.rows = await fetchBatch(tx, group, topic, this.bisection.limit);
    if (taken.rows.length === 0) return;
    pendingOf(tx, this.parts.flush).consumed = this.offsetAfter(taken.rows.at(-1)!);
    const held = taken.rows.filter((row) => row.held);
    const free = held.length > 0 ? taken.rows.filter((row) => !row.held) : taken.rows;
    if (held.length > 0) {
      const queued = await hold(
        tx,
        held.map((row) => this.toPark(row)),
        this.parts.clock.now(),
      );
      if (queued < held.length) throw new RunAgain('a parked key was replayed meanwhile');
    }
    const events = free.map((row) => parseEnvelope(row.envelope));
    if (events.length > 0) await this.pass(tx, topic, events);
  }

  private async pass(tx: Tx, topic: Topic, events: Envelope[]): Promise<void> {
    const first = events[0]!;
    await withTrace({ correlationId: first.correlationId, causationId: first.id }, () =>
      this.handle(tx, { topic, events }),
    );
  }

  private async parkFirst(tx: Tx, error: unknown): Promise<void> {
    const { group, topic } = this.options;
    const [row] = await fetchBatch(tx, group, topic, 1);
    if (!row) return;
    await park(tx, this.toPark(row), error instanceof Error ? error.message : String(error), this.parts.clock.now());
    pendingOf(tx, this.parts.flush).consumed = this.offsetAfter(row);
  }

  private offsetAfter(row: FetchedRow) {
    const { group, topic } = this.options;
    return { consumer: group, topic, partition: 0, nextPosition: String(BigInt(row.position) + 1n) };
  }

  private toPark(row: FetchedRow): ToPark {
    const { group: consumer, topic } = this.options;
    try {
      const event = parseEnvelope(row.envelope);
      return { consumer, topic, key: event.key, eventId: event.id, type: event.type, envelope: row.envelope };
    } catch {
      return {
        consumer,
        topic,
        key: `unreadable:${row.position}`,
        eventId: null,
        type: 'unreadable',
        envelope: row.envelope,
      };
    }
  }

  private sleep(limitMs?: number): Promise<void> {
    return new Promise((done) => {
      const timer = limitMs === undefined ? null : setTimeout(() => this.rouse?.(), limitMs);
      this.rouse = () => {
        if (timer) clearTimeout(timer);
        this.rouse = null;
        done();
      };
      if (!this.running) this.rouse();
    });
  }
}
