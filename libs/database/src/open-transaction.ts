import type { Connection } from './statements.js';
import type { CommitTime, LastStatement, Tx } from './tx.js';

/** In transactions statements go by keys: one plan serves every batch, whatever its size. */
const BEGIN = 'begin; set local plan_cache_mode = force_generic_plan';
const BEGINNING: Record<CommitTime, string> = { now: BEGIN, soon: `${BEGIN}; set local synchronous_commit = off` };

type Ask = (sql: string, parameters: unknown[]) => Promise<unknown[]>;

/**
 * A transaction whose BEGIN travels with its first statement and whose COMMIT travels with its last: on a busy machine a
 * round trip costs more than what these two have to do. The server works them off in order and each stands alone, so a
 * statement that fails makes a ROLLBACK of the COMMIT behind it.
 */
export class OpenTransaction implements Tx {
  readonly scratch = new Map<symbol, unknown>();
  private readonly before: (() => Promise<void>)[] = [];
  private readonly last: LastStatement[] = [];
  private readonly after: (() => void)[] = [];
  private begun: Promise<unknown> | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly commitTime: CommitTime,
    private readonly ask: Ask,
  ) {}

  /** @throws what `work` throws, or the database's refusal; then nothing of it is left */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      const result = await work(this);
      for (const hook of this.before) await hook();
      await this.commit();
      return result;
    } catch (error) {
      if (this.begun) await this.connection.query('rollback').catch(() => undefined);
      throw error;
    }
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await (this.begun ? this.ask(sql, parameters) : this.begin(sql, parameters))) as Row[];
  }

  beforeCommit(hook: () => Promise<void>): void {
    this.before.push(hook);
  }

  withCommit(last: LastStatement | null): void {
    if (last) this.last.push(last);
  }

  afterCommit(hook: () => void): void {
    this.after.push(hook);
  }

  committed(): void {
    for (const hook of this.after) hook();
  }

  private begin(sql: string, parameters: unknown[]): Promise<unknown[]> {
    return this.together(() => {
      this.begun = this.connection.query(BEGINNING[this.commitTime]);
      this.begun.catch(() => undefined); // the statement behind it, or the commit, tells
      return this.ask(sql, parameters);
    });
  }

  private async commit(): Promise<void> {
    if (!this.begun && this.last.length === 0) return;
    const sent = this.together(() => {
      const asked = this.last.map(({ sql, parameters }) => this.query(sql, parameters));
      return [...asked, this.connection.query('commit')] as const;
    });
    const answers = await Promise.allSettled([this.begun, ...sent]);
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
    const { command } = (await sent.at(-1)) as { command?: string };
    if (command === 'ROLLBACK') throw new Error('The transaction was rolled back: a statement before had failed.');
  }

  /** What `send` asks leaves in one packet. */
  private together<T>(send: () => T): T {
    const stream = this.connection.connection?.stream;
    stream?.cork();
    try {
      return send();
    } finally {
      stream?.uncork();
    }
  }
}
