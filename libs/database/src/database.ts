import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { type Line, OpenTransaction } from './open-transaction.js';
import { isLoss, isTransient } from './pg-errors.js';
import { alone } from './prepare.js';
import { type Connection, Statements } from './statements.js';
import type { CommitTime, Queryable, Tx } from './tx.js';

export type Migration = new () => MigrationInterface;

export interface DatabaseOptions {
  /** postgres://… of the installation's database. */
  url: string;
  /** The app's own schema; also its search_path, so that stores write plain table names. */
  schema: string;
  /** SET ROLE on connect; unset where the login may not make roles. */
  role?: string | undefined;
  /** Connections at most (default 5). */
  poolSize?: number;
  migrations?: Migration[];
  /** Milliseconds a statement may take (default 15,000): well below a consumer's session timeout would be cut by it. */
  statementTimeoutMs?: number;
}

/** Counts what crosses the driver; read by benchmarks and tests ("at most 4 statements a batch"). */
export interface StatementCount {
  statements: number;
  commits: number;
}

/**
 * One app's door to Postgres: TypeORM's DataSource as pool and migration runner, SQL by hand (ADR 12).
 * Each app subclasses it (`class InboxDatabase extends Database {}`), so that dependency injection tells them apart.
 */
export class Database implements Queryable {
  readonly count: StatementCount = { statements: 0, commits: 0 };
  /**
   * How often a connection broke. The database may have fallen over then, and with it the commits of its last second that
   * were to reach the disk `soon`: whoever remembers what he wrote forgets it when this number has moved.
   */
  losses = 0;
  private readonly source: DataSource;
  private readonly statements = new Statements();

  constructor(readonly options: DatabaseOptions) {
    const settings = [
      `-c search_path=${options.schema},log,public`,
      `-c statement_timeout=${options.statementTimeoutMs ?? 15_000}`,
    ];
    if (options.role) settings.push(`-c role=${options.role}`);
    this.source = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      applicationName: `kairos-${options.schema}`,
      migrations: options.migrations ?? [],
      migrationsTableName: 'migrations',
      installExtensions: false,
      extra: {
        options: settings.join(' '),
        pipeline: true, // a statement goes out at once; begin and commit travel with their neighbours (OpenTransaction)
        max: options.poolSize ?? 5,
        idleTimeoutMillis: 30_000,
        connectionTimeoutMillis: 5_000,
        keepAlive: true,
      },
      poolErrorHandler: () => void (this.losses += 1), // a cut idle connection is replaced by the pool; the next query tells real trouble
    });
  }

  /** Connects and runs the app's migrations, each in a transaction of its own, and one process of the app at a time. */
  async start(): Promise<void> {
    await this.source.initialize();
    await alone(this.options.url, `migrations of ${this.options.schema}`, async () => {
      await this.source.runMigrations({ transaction: 'each' });
    });
  }

  async stop(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  /** One statement in a transaction of its own. */
  async query<Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const runner = this.source.createQueryRunner();
    try {
      this.count.commits += 1;
      return (await this.lineTo(await connectionOf(runner)).ask({ sql, parameters })) as Row[];
    } catch (error) {
      throw this.noted(error);
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  /** Runs `work` in one transaction: commit when it resolves, roll back when it throws. */
  async transaction<T>(work: (tx: Tx) => Promise<T>, commit: CommitTime = 'now'): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      const connection = await connectionOf(runner);
      const tx = new OpenTransaction(this.lineTo(connection), commit);
      const result = await tx.run(work);
      this.count.commits += 1;
      tx.committed();
      return result;
    } catch (error) {
      throw this.noted(error);
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  /** `transaction`, run again (at most `tries` times in all) when it lost a race: deadlock, serialisation, unique key. */
  async retrying<T>(work: (tx: Tx) => Promise<T>, tries = 3): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transaction(work);
      } catch (error) {
        if (attempt >= tries || !isRace(error)) throw error;
      }
    }
  }

  private noted(error: unknown): unknown {
    if (isLoss(error)) this.losses += 1;
    return error;
  }

  private lineTo(connection: Connection): Line {
    const count = (statements: number) => (this.count.statements += statements);
    return {
      ask: ({ sql, parameters }) => {
        count(1);
        return this.statements.run(connection, sql, parameters);
      },
      chain: (asked) => {
        count(asked.filter((one) => 'sql' in one).length);
        return this.statements.chain(connection, asked);
      },
    };
  }

  /** The database's clock, the authority for every stored instant. */
  async now(): Promise<Date> {
    const [row] = await this.query<{ now: Date }>('select clock_timestamp() as now');
    return row!.now;
  }

  /** True when a query comes back; never throws. */
  async reachable(): Promise<boolean> {
    return this.query('select 1').then(
      () => true,
      () => false,
    );
  }
}

async function connectionOf(runner: QueryRunner): Promise<Connection> {
  return (await runner.connect()) as Connection;
}

function isRace(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === '23505' || code === '40001' || code === '40P01' || (isTransient(error) && code === undefined);
}
