import type { Database, Tx } from '#database';
import { hasRows, holdLanes, nextRows, type OutboxRow, removeRows } from './outbox.store.js';

export interface RelayParts {
  db: Database;
  app: string;
  /** Resolves when the brokers have them all. */
  publish: (rows: OutboxRow[]) => Promise<void>;
  onError: (error: unknown, where: string) => void;
}

const ROWS_PER_LANE = 250;
const POLL_MS = { least: 100, most: 1_000 };
const BACK_OFF_MS = { least: 100, most: 2_000 };

/**
 * Publishes the outbox: rows of a lane by one relay at a time, in the order of their ids, deleted once the brokers have
 * them. A crash between the two publishes them again; consumers drop what they have handled. While Kafka is away the
 * outbox grows and appending goes on.
 */
export class Relay {
  private running = false;
  private dirty = true;
  private rouse: (() => void) | null = null;
  private finished: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RelayParts) {}

  start(): void {
    this.running = true;
    this.finished = this.run();
  }

  /** A transaction of this process has committed something to publish. */
  wake(): void {
    this.dirty = true;
    this.rouse?.();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.wake();
    await this.finished;
  }

  private async run(): Promise<void> {
    let poll = POLL_MS.least;
    let backOff = BACK_OFF_MS.least;
    while (this.running) {
      const woken = this.dirty;
      this.dirty = false;
      try {
        const published = await this.pass(woken);
        backOff = BACK_OFF_MS.least;
        if (published > 0) {
          poll = POLL_MS.least;
          this.dirty = true; // more may wait behind what was taken
        } else if (!this.dirty) {
          await this.sleep(poll);
          poll = Math.min(poll * 2, POLL_MS.most);
        }
      } catch (error) {
        this.parts.onError(error, `${this.parts.app} publishes to Kafka`);
        await this.pause(backOff);
        backOff = Math.min(backOff * 2, BACK_OFF_MS.most);
        this.dirty = true;
      }
    }
  }

  /** Answers how many rows were published. */
  private async pass(woken: boolean): Promise<number> {
    const { db, app } = this.parts;
    if (!woken && !(await hasRows(db, app))) return 0;
    return db.transaction((tx) => this.publishNext(tx));
  }

  private async publishNext(tx: Tx): Promise<number> {
    const held = await holdLanes(tx, this.parts.app);
    if (held.lanes.length === 0) return 0;
    const rows = await nextRows(tx, held, ROWS_PER_LANE); // after the locks: sees what their last holder deleted
    if (rows.length === 0) return 0;
    await this.parts.publish(rows);
    await removeRows(
      tx,
      rows.map((row) => row.id),
    );
    return rows.length;
  }

  private async pause(limitMs: number): Promise<void> {
    if (this.running) await new Promise((done) => setTimeout(done, limitMs));
  }

  private sleep(limitMs: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(() => this.rouse?.(), limitMs);
      this.rouse = () => {
        clearTimeout(timer);
        this.rouse = null;
        done();
      };
      if (!this.running) this.rouse();
    });
  }
}
