/** Rows come as JSON, however wide they are. Columns are snake_case, models camelCase. */
export type Row = Record<string, unknown>;

/** A row (from `to_jsonb`) as its model; instants, also those inside jsonb columns, become `Date`. */
export function fromRow<Model>(row: Row): Model {
  const model: Row = {};
  for (const key in row) model[camel(key)] = revive(key, row[key]);
  return model as Model;
}

function revive(key: string, value: unknown): unknown {
  if (typeof value === 'string') return isInstant(key) ? new Date(value) : value;
  if (Array.isArray(value)) return value.map((entry) => (isObject(entry) ? reviveAll(entry) : entry));
  return isObject(value) ? reviveAll(value) : value;
}

function reviveAll(value: Row): Row {
  const revived: Row = {};
  for (const key in value) revived[key] = revive(key, value[key]);
  return revived;
}

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !(value instanceof Date);
const isInstant = remembered((key) => /(?:_at|At|^at|_timestamp|Timestamp)$/.test(key));
const camel = remembered((key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));

/** Column names are few and converted for every row of every batch. */
function remembered<T>(judge: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    let judged = known.get(key);
    if (judged === undefined) known.set(key, (judged = judge(key)));
    return judged;
  };
}
