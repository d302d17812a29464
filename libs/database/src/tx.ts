/** Rows of one statement. Parameters go as $1, $2 …; arrays as pg arrays; objects for jsonb must be JSON.stringify'ed. */
export interface Queryable {
  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

/**
 * One open transaction. Stores take it as their first argument.
 * `pg` answers bigint and numeric as strings: cast in SQL (`::int`, `::float8`) or convert in the store.
 */
export interface Tx extends Queryable {
  /** Runs just before COMMIT, in order of registration; may still write. A throw rolls everything back. */
  beforeCommit(hook: () => Promise<void>): void;
  /** Runs after COMMIT succeeded: wake-ups, never effects that must not be lost. */
  afterCommit(hook: () => void): void;
  /** Room for one value per key and transaction: how the event log collects what is appended. */
  readonly scratch: Map<symbol, unknown>;
}
