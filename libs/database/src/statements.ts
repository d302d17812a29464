/** A text that came this often will come again: it is prepared. */
const TIMES = 3;
/** Texts kept in mind. Ours are a few hundred; a flood of texts made on the fly is sent as it is. */
const MAX_TEXTS = 400;

/** A query as pg takes it; with a name it is parsed and planned once a connection. */
export interface Statement {
  text: string;
  values: unknown[];
  name?: string;
}

/**
 * Gives texts that come again a name. Planning one of our set-based statements takes longer than running it for a single
 * message; Postgres keeps the plan under the name and weighs by itself whether one plan serves all parameters.
 */
export class Statements {
  private readonly seen = new Map<string, { times: number; name: string }>();
  private generation = 0;

  statement(text: string, values: unknown[]): Statement {
    const name = this.nameOf(text);
    return name === null ? { text, values } : { text, values, name };
  }

  /** What was prepared no longer fits, since another process changed a table: all of it is prepared anew. */
  forget(): void {
    this.generation += 1;
    this.seen.clear();
  }

  private nameOf(text: string): string | null {
    let known = this.seen.get(text);
    if (!known) {
      if (this.seen.size >= MAX_TEXTS) return null;
      known = { times: 0, name: `kairos_${this.generation}_${this.seen.size}` };
      this.seen.set(text, known);
    }
    known.times += 1;
    return known.times < TIMES ? null : known.name;
  }
}

/** The plan under a name is of no use any more: the tables have changed, or the connection has forgotten it. */
export function isOutdated(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === '26000' || (code === '0A000' && /cached plan must not change/.test(String(message)));
}
