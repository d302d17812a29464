/** Rows travel as JSON both ways: one parameter a table, however many rows. Columns are snake_case, models camelCase. */
export type Row = Record<string, unknown>;

/** A model as a row of its table; `Date` becomes RFC 3339 in JSON.stringify, nested values stay as they are. */
export function toRow(model: object, leaveOut: string[] = []): Row {
  const row: Row = {};
  for (const [key, value] of Object.entries(model)) if (!leaveOut.includes(key)) row[snake(key)] = value;
  return row;
}

/** A row (from `to_jsonb`) as its model; instants, also those inside jsonb columns, become `Date`. */
export function fromRow<Model>(row: Row): Model {
  const model: Row = {};
  for (const [key, value] of Object.entries(row)) model[camel(key)] = revive(key, value);
  return model as Model;
}

const INSTANT = /(?:_at|At|^at|_timestamp|Timestamp)$/;

function revive(key: string, value: unknown): unknown {
  if (typeof value === 'string') return INSTANT.test(key) ? new Date(value) : value;
  if (Array.isArray(value)) return value.map((entry) => (isObject(entry) ? reviveAll(entry) : entry));
  return isObject(value) ? reviveAll(value) : value;
}

function reviveAll(value: Row): Row {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, revive(key, entry)]));
}

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !(value instanceof Date);
const snake = remembered((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
const camel = remembered((key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));

/** Column names are few and converted for every row of every batch. */
function remembered(convert: (key: string) => string): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    let name = known.get(key);
    if (name === undefined) known.set(key, (name = convert(key)));
    return name;
  };
}
