import { type Answer, Chain } from './chain.js';
import type { Asked, Statement } from './statement.js';

/** A text that was asked this often will come again: it is prepared. */
const TIMES = 3;
/** Texts kept in mind. Ours are a few hundred; a flood of texts made on the fly is sent as it is. */
const MAX_TEXTS = 400;
/** Bytes of parameters that count like one more execution: a batch of 500 makes tables grow as 500 single ones do. */
const BYTES_PER_WORK = 2_048;

/** A pg client in pipeline mode; TypeORM hands it out untyped. */
export interface Connection {
  /** A chain is sent at once; its own promise tells how it went. */
  query(asked: Statement | string | Chain): Promise<{ rows: unknown[]; command?: string }>;
}

interface Known {
  times: number;
  /** Executions, large ones counting more, and at how many it is planned anew. */
  work: number;
  renewAt: number;
  name: string;
}

/**
 * Gives texts that come again a name, under which Postgres keeps their plan: planning one of our set-based statements
 * takes longer than running it for a single message. A plan made for small tables is a bad one for large tables, and
 * after a burst statistics are minutes old: whenever a text has done twice the work, it is planned anew.
 */
export class Statements {
  private readonly known = new Map<string, Known>();
  /** The name under which a connection has certainly prepared a text: a query by it has come back. */
  private readonly prepared = new WeakMap<Connection, Map<string, string>>();
  private names = 0;

  async run(connection: Connection, text: string, values: unknown[]): Promise<unknown[]> {
    const statement = this.statementOf(text, values);
    try {
      const sent = connection.query(statement);
      this.giveBackOld(connection, [statement]);
      const { rows } = await sent;
      this.succeeded(connection, [statement]);
      return rows;
    } catch (error) {
      this.failed(connection, [statement], error);
      throw error;
    }
  }

  /** One packet there and one back. @throws what the first one that fails is refused with; none behind it has run */
  async chain(connection: Connection, asked: (Asked | Statement)[]): Promise<Answer[]> {
    const statements = asked.map((one) => ('sql' in one ? this.statementOf(one.sql, one.parameters) : one));
    try {
      const chain = new Chain(statements);
      void connection.query(chain);
      this.giveBackOld(connection, statements);
      const answers = await chain.done;
      this.succeeded(connection, statements);
      return answers;
    } catch (error) {
      this.failed(connection, statements, error);
      throw error;
    }
  }

  private statementOf(text: string, values: unknown[]): Statement {
    const name = this.nameOf(text, values);
    return name === null ? { text, values } : { text, values, name };
  }

  private succeeded(connection: Connection, statements: Statement[]): void {
    const names = this.preparedOn(connection);
    for (const { text, name } of statements) if (name !== undefined && this.known.has(text)) names.set(text, name);
  }

  private failed(connection: Connection, statements: Statement[], error: unknown): void {
    if (!isOutdated(error)) return;
    const names = this.preparedOn(connection);
    for (const { text } of statements) {
      this.known.delete(text);
      names.delete(text);
    }
  }

  private nameOf(text: string, values: unknown[]): string | null {
    let known = this.known.get(text);
    if (!known) {
      if (this.known.size >= MAX_TEXTS) return null;
      known = { times: 0, work: 0, renewAt: 0, name: '' };
      this.known.set(text, known);
    }
    known.times += 1;
    known.work += 1 + Math.floor(sizeOf(values) / BYTES_PER_WORK);
    if (known.times < TIMES) return null;
    if (known.work >= known.renewAt) {
      known.renewAt = 2 * known.work;
      known.name = `kairos_${(this.names += 1)}`;
    }
    return known.name;
  }

  private preparedOn(connection: Connection): Map<string, string> {
    let names = this.prepared.get(connection);
    if (!names) this.prepared.set(connection, (names = new Map()));
    return names;
  }

  /**
   * Sent behind what goes by the new name, and not waited for: pg keeps the order. Only what the server has certainly
   * prepared: giving back what it does not know would abort the transaction around it.
   */
  private giveBackOld(connection: Connection, statements: Statement[]): void {
    const names = this.preparedOn(connection);
    for (const { text, name } of statements) {
      const old = names.get(text);
      if (name === undefined || old === undefined || old === name) continue;
      names.delete(text);
      connection.query(`deallocate ${old}`).catch(() => undefined);
    }
  }
}

function sizeOf(values: unknown[]): number {
  let size = 0;
  for (const value of values) {
    if (typeof value === 'string') size += value.length;
    else if (Array.isArray(value)) size += value.length * 64;
  }
  return size;
}

/** The plan under a name is of no use any more: the tables have changed, or the connection has forgotten it. */
export function isOutdated(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '26000' || (code === '0A000' && /cached plan must not change/.test(String(message)));
}
