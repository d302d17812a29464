import type { Answer } from './chain.js';
import type { Asked, Statement } from './statement.js';
import type { CommitTime, LastStatement, Tx } from './tx.js';

const fixed = (name: string, text: string): Statement => ({ text, values: [], name: `kairos_${name}` });

/** In transactions statements go by keys: one plan serves every batch, whatever its size. */
const BEGIN = [fixed('begin', 'begin'), fixed('generic', 'set local plan_cache_mode = force_generic_plan')];
const BEGINNING: Record<CommitTime, Statement[]> = {
  now: BEGIN,
  soon: [...BEGIN, fixed('soon', 'set local synchronous_commit = off')],
};
const COMMIT = fixed('commit', 'commit');
const ROLLBACK = fixed('rollback', 'rollback');

/** How a transaction speaks to its connection. */
export interface Line {
  ask(asked: Asked): Promise<unknown[]>;
  /** One packet there and one back; none behind one that fails is run. */
  chain(asked: (Asked | Statement)[]): Promise<Answer[]>;
}

/**
 * A transaction whose BEGIN travels with its first statement and whose COMMIT travels with its last: on a busy machine a
 * round trip costs more than what these two have to do.
 */
export class OpenTransaction implements Tx {
  readonly scratch = new Map<symbol, unknown>();
  private readonly before: (() => Promise<void>)[] = [];
  private readonly last: LastStatement[] = [];
  private readonly after: (() => void)[] = [];
  private begun = false;

  constructor(
    private readonly line: Line,
    private readonly commitTime: CommitTime,
  ) {}

  /** @throws what `work` throws, or the database's refusal; then nothing of it is left */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      const result = await work(this);
      for (const hook of this.before) await hook();
      await this.commit();
      return result;
    } catch (error) {
      if (this.begun) await this.line.chain([ROLLBACK]).catch(() => undefined);
      throw error;
    }
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const asked = { sql, parameters };
    if (this.begun) return (await this.line.ask(asked)) as Row[];
    return (await this.line.chain([...this.beginning(), asked])).at(-1)!.rows as Row[];
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

  private async commit(): Promise<void> {
    if (!this.begun && this.last.length === 0) return;
    const answers = await (this.isOneWhole() ? this.line.chain(this.last) : this.commitExplicitly());
    this.last.forEach(({ answered }, i) => answered?.(answers[i]!.rows));
  }

  /** Postgres takes what stands before one Sync as one transaction. */
  private isOneWhole(): boolean {
    return !this.begun && this.commitTime === 'now' && this.last.every(({ onePlan }) => onePlan);
  }

  private async commitExplicitly(): Promise<Answer[]> {
    const beginning = this.begun ? [] : this.beginning();
    const answers = await this.line.chain([...beginning, ...this.last, COMMIT]);
    if (answers.at(-1)!.command === 'ROLLBACK')
      throw new Error('The transaction was rolled back: a statement before had failed.');
    return answers.slice(beginning.length);
  }

  private beginning(): Statement[] {
    this.begun = true;
    return BEGINNING[this.commitTime];
  }
}
