import { TOPICS } from '#contracts';
import { isTransient } from '#database';
import type { Database, Tx } from '#database';
import type { Clock } from '#kernel';
import { BatchWork } from '../batch-work.js';
import { Bisection } from '../bisection.js';
import type { Handle, Subscription, SubscriptionOptions } from '../event-log.js';
import { type Pending, pendingOf } from '../pending.js';
import { fetchBatch } from './postgres-log.store.js';
import type { FetchedRow } from './rows.js';
import { NOTHING_KNOWN, type RecentEvents, shareRecent } from './recent-events.js';
import { type Turns, turnsOf } from './turns.js';
import { onWake } from '../news.js';

interface Parts {
  db: Database;
  clock: Clock;
  writeAtCommit: (tx: Tx, pending: Pending) => void;
  idleLimitMs: number;
  onError: (error: unknown, where: string) => void;
}

/**
 * From the beginning of a batch that was not full to the next one: what comes in meanwhile shares one commit. Not on the
 * topics of one partition: people and channels change seldom, and messages are handled by what is known of them.
 */
const REST_MS = 100;

/** One group on one topic: fetch, handle, commit effects and offset together, again until nothing is left; then sleep. */
export class PostgresSubscription implements Subscription {
  private readonly bisection: Bisection;
  private readonly work: BatchWork;
  private readonly recent: RecentEvents;
  private readonly turns: Turns;
  private readonly off: (() => void)[];
  private running = true;
  private dirty = true;
  private rouse: (() => void) | null = null;
  private troubleSince: number | null = null;
  private readonly finished: Promise<void>;

  constructor(
    private readonly options: SubscriptionOptions,
    handle: Handle,
    private readonly parts: Parts,
  ) {
    this.bisection = new Bisection(options.batchSize ?? 500);
    this.work = new BatchWork(options, handle, parts.clock);
    const [recent, release] = shareRecent(parts.db.options.url, options.topic);
    this.recent = recent;
    this.turns = turnsOf(parts.db.options.url);
    this.off = [onWake(options.topic, () => this.wake()), release];
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
    for (const off of this.off.splice(0)) off();
    this.wake();
    await this.finished;
  }

  private get isDirectory(): boolean {
    return TOPICS[this.options.topic] === 1;
  }

  private async run(): Promise<void> {
    let pause = 50;
    let more = false;
    while (this.running) {
      this.dirty = false;
      const began = performance.now();
      try {
        more = await (more || this.isDirectory ? this.turn() : this.turns.take(() => this.turn()));
        this.troubleSince = null;
        pause = 50;
        if (!more && !this.dirty) await this.sleep();
        if (!more && !this.isDirectory) await this.rest(began + REST_MS - performance.now());
      } catch (error) {
        this.troubleSince ??= performance.now();
        this.parts.onError(error, `${this.options.group} on ${this.options.topic}`);
        await this.sleep(pause);
        pause = Math.min(pause * 2, 2_000);
      }
    }
  }

  /**
   * One transaction; answers whether more may be there: after less than was asked for nothing is, until somebody wakes
   * us. Throws only on trouble that passes by itself.
   */
  private async turn(): Promise<boolean> {
    const taken: { rows: FetchedRow[] } = { rows: [] };
    const { limit } = this.bisection;
    try {
      await this.parts.db.transaction((tx) => this.take(tx, taken), this.options.commit);
      if (taken.rows.length > 0) this.bisection.succeeded();
      return taken.rows.length === limit;
    } catch (error) {
      const verdict = this.bisection.failed(error, taken.rows.length);
      if (verdict === 'again' && isTransient(error)) throw error;
      if (verdict === 'again' || verdict === 'smaller') return true;
      this.parts.onError(error, `${this.options.group} parked an event of ${this.options.topic}`);
      await this.parts.db.transaction((tx) => this.parkFirst(tx, taken.rows[0]!, error));
      return true;
    }
  }

  private async take(tx: Tx, taken: { rows: FetchedRow[] }): Promise<void> {
    taken.rows = await this.fetch(tx, this.bisection.limit);
    if (taken.rows.length === 0) return;
    pendingOf(tx, this.parts.writeAtCommit).consumed = this.offsetAfter(taken.rows.at(-1)!);
    await this.work.handleRows(
      tx,
      taken.rows.filter((row) => !row.handled),
    );
  }

  private async fetch(tx: Tx, limit: number): Promise<FetchedRow[]> {
    const from = { group: this.options.group, topic: this.options.topic, limit, idleLimitMs: this.parts.idleLimitMs };
    const rows = this.recent.complete(await fetchBatch(tx, { known: this.recent.known(), ...from }));
    if (rows) return rows;
    return this.recent.complete(await fetchBatch(tx, { known: NOTHING_KNOWN, ...from }))!;
  }

  /** Parks the event that stood alone, unless another member of the group has passed it meanwhile. */
  private async parkFirst(tx: Tx, failed: FetchedRow, error: unknown): Promise<void> {
    const [row] = await this.fetch(tx, 1);
    if (row?.position !== failed.position) return;
    await this.work.parkRow(tx, row, error);
    pendingOf(tx, this.parts.writeAtCommit).consumed = this.offsetAfter(row);
  }

  private offsetAfter(row: FetchedRow) {
    const { group, topic } = this.options;
    return { consumer: group, topic, partition: 0, nextPosition: String(BigInt(row.position) + 1n) };
  }

  /** After a quiet time there is nothing to rest from: the first event is handled at once. */
  private async rest(ms: number): Promise<void> {
    if (ms > 0 && this.running) await new Promise((done) => setTimeout(done, ms));
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
