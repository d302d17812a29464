import pg from 'pg';
import utils from 'pg/lib/utils.js';
import type { Statement } from './statement.js';

/** Rows of one statement and the word the server ended it with ("COMMIT", "ROLLBACK", "INSERT 0 1"). */
export interface Answer {
  rows: unknown[];
  command: string | null;
}

/** What pg's Query has beside its types: it writes itself to a connection and takes what comes back. */
interface Part extends Omit<pg.Query, 'submit'> {
  submit(connection: unknown): null;
  name?: string;
  text: string;
  callback: (error: Error | null) => void;
  _result: Answer & { _types: unknown };
  /** A row that could not be read. */
  _canceledDueToError: Error | false;
  prepare(connection: Wire): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
}

interface Wire {
  stream: { cork(): void; uncork(): void };
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  sync(): void;
}

type PartOf = new (text: string, values: unknown[]) => Part;

/**
 * Several statements behind one Sync: they leave in one packet and their answers come back in one, so that both sides
 * wake up once. One that fails ends the chain: none behind it runs (a COMMIT at the end, say). pg sends a Sync with each,
 * and the server answers each with a packet of its own.
 */
export class Chain extends (pg.Query as unknown as PartOf) {
  readonly done: Promise<Answer[]>;
  private readonly parts: Part[];
  /** How many have been answered: the server works them off in order. */
  private at = 0;
  private resolve!: (answers: Answer[]) => void;
  private reject!: (error: Error) => void;
  private broken: Error | null = null;

  /** @throws TypeError for a value that has no form in SQL; then nothing was sent */
  constructor(statements: Statement[]) {
    super('chain', []);
    this.parts = statements.map(({ text, values, name }) => {
      const Query = pg.Query as unknown as PartOf;
      const part = new Query(text, values.map(utils.prepareValue)); // an object of options would be copied field by field
      if (name !== undefined) part.name = name;
      part.callback = (error) => void (this.broken ??= error);
      return part;
    });
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // pg asks the query whose answers are coming in for the statement that has just been parsed
    const current = () => this.parts[this.at];
    Object.defineProperty(this, 'name', { get: () => current()?.name });
    Object.defineProperty(this, 'text', { get: () => current()?.text });
  }

  override submit(connection: unknown): null {
    const wire = connection as Wire;
    const withoutSync = Object.create(wire, { sync: { value: () => undefined } }) as Wire;
    wire.stream.cork();
    try {
      for (const part of this.parts) {
        part._result._types = this._result._types;
        part.prepare(withoutSync);
        if (this.broken) break; // what is behind it must not run
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    return null;
  }

  override handleRowDescription(message: unknown): void {
    this.parts[this.at]!.handleRowDescription(message);
  }

  override handleDataRow(message: unknown): void {
    this.parts[this.at]!.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    this.parts[this.at]!.handleCommandComplete(message, connection);
    this.at += 1;
  }

  /** The server passes over everything up to the Sync, what was to be prepared as well. */
  handleError(error: Error, connection: Wire): void {
    for (const { name } of this.parts.slice(this.at)) {
      if (name !== undefined && !(name in connection.parsedStatements))
        delete connection.submittedNamedStatements[name];
    }
    this.reject(error);
  }

  handleReadyForQuery(): void {
    const trouble = this.broken ?? this.parts.find((part) => part._canceledDueToError)?._canceledDueToError;
    if (trouble) this.reject(trouble);
    else this.resolve(this.parts.map(({ _result: { rows, command } }) => ({ rows, command })));
  }
}
