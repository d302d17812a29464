import pg from 'pg';
import utils from 'pg/lib/utils.js';
import type { Statement } from './statement.js';

/** Rows of one statement and the word the server ended it with ("COMMIT", "ROLLBACK", "INSERT 0 1"). */
export interface Answer {
  rows: unknown[];
  command: string | null;
}

/** What pg's Query has beside its types: it writes itself to a connection and takes what comes back. */
interface Speaking extends Omit<pg.Query, 'submit' | 'name' | 'text'> {
  submit(connection: unknown): null;
  callback: (error: Error | null) => void;
  _result: Answer & { _types: unknown };
  /** A row that could not be read. */
  _canceledDueToError: Error | false;
  prepare(connection: Wire): void;
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
}

interface Part extends Speaking {
  name?: string;
  text: string;
}

interface Wire {
  stream: { cork(): void; uncork(): void };
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  sync(): void;
}

type QueryOf<Kind> = new (text: string, values: unknown[]) => Kind;

/** Connections as the parts see them. One for each for good: what `Object.create` makes leaves a map in old memory. */
const withoutSync = new WeakMap<Wire, Wire>();

function quiet(wire: Wire): Wire {
  let known = withoutSync.get(wire);
  if (!known) withoutSync.set(wire, (known = Object.create(wire, { sync: { value: () => undefined } }) as Wire));
  return known;
}

/**
 * Several statements behind one Sync: they leave in one packet and their answers come back in one, so that both sides
 * wake up once. One that fails ends the chain: none behind it runs (a COMMIT at the end, say). pg sends a Sync with each,
 * and the server answers each with a packet of its own.
 */
export class Chain extends (pg.Query as unknown as QueryOf<Speaking>) {
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
      const Query = pg.Query as unknown as QueryOf<Part>;
      const part = new Query(text, values.map(utils.prepareValue)); // an object of options would be copied field by field
      if (name !== undefined) part.name = name;
      part.callback = (error) => void (this.broken ??= error);
      return part;
    });
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /**
   * pg asks the query whose answers are coming in for the statement that has just been parsed. Accessors of the class: of
   * an object's own each would leave a map in old memory, and with it all that the object holds until that is collected.
   */
  get name(): string | undefined {
    return this.parts[this.at]?.name;
  }

  /** pg writes it once, while it makes the query. */
  set name(_of: string | undefined) {}

  get text(): string {
    return this.parts[this.at]?.text ?? '';
  }

  set text(_of: string) {}

  override submit(connection: unknown): null {
    const wire = connection as Wire;
    const silent = quiet(wire);
    wire.stream.cork();
    try {
      for (const part of this.parts) {
        part._result._types = this._result._types;
        part.prepare(silent);
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
