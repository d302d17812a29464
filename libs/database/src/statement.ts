/** What a store asks. */
export interface Asked {
  sql: string;
  parameters: unknown[];
}

/** A query as pg takes it; with a name it is parsed and planned once a connection. */
export interface Statement {
  text: string;
  values: unknown[];
  name?: string;
}
