import type { Asked } from './statement.js';

/** Rows of one statement. Parameters go as $1, $2 …; arrays as pg arrays; objects for jsonb must be JSON.stringify'ed. */
export interface Queryable {
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

/** When a commit is on disk: `now` before the transaction resolves; `soon` within a second, in the order of commits. */
export type CommitTime = 'now' | 'soon';

/** What is written with the commit. */
export interface LastStatement extends Asked {
  /** Called with its rows after COMMIT succeeded, before what waits for that (`afterCommit`). */
  answered?: (rows: unknown[]) => void;
  /** Any values make the same plan. Where that is true of all that a transaction asks, it needs neither BEGIN nor COMMIT. */
  onePlan?: boolean;
}

/**
 * One open transaction. Stores take it as their first argument.
 * `pg` answers bigint and numeric as strings: cast in SQL (`::int`, `::float8`) or convert in the store.
 */
export interface Tx extends Queryable {
  /** Runs when the work is done, in order of registration; may still read, write and add what goes with COMMIT. A throw rolls everything back. */
  beforeCommit(hook: () => Promise<void>): void;
  /**
   * One statement more, sent together with COMMIT, so that its answer costs no round trip of its own. Its failure rolls
   * everything back. Several go in the order they were given; null is none.
   */
  withCommit(last: LastStatement | null): void;
  /** Runs after COMMIT succeeded: wake-ups, never effects that must not be lost. */
  afterCommit(hook: () => void): void;
  /** Room for one value per key and transaction: how the event log collects what is appended. */
  readonly scratch: Map<symbol, unknown>;
}
