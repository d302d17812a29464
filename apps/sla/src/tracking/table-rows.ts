import { type ColumnType, Columns } from '#database';

/** How rows of a table travel to Postgres, and the statements that write them there. */
export class TableRows {
  /** A column's name in the table, and the model's. */
  private readonly names: [column: string, field: string][];
  private readonly columns: Columns<Record<string, unknown>>;

  /** @param list `name type` after `name type`, as in a table; models have the same names in camelCase */
  constructor(list: string) {
    const pairs = list.split(',').map((pair) => pair.trim().split(/\s+/) as [string, ColumnType]);
    this.names = pairs.map(([name]) => [name, name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())]);
    this.columns = new Columns(Object.fromEntries(this.names.map(([, field], i) => [field, pairs[i]![1]])));
  }

  insertInto(table: string, then = ''): string {
    const into = this.names.map(([column]) => column).join(', ');
    const cells = this.names.map(([, field]) => `n."${field}"`).join(', ');
    return `insert into ${table} (${into}) select ${cells} from ${this.columns.from(1)} ${then}`;
  }

  /** The same for rows that may be there, known by `key`. */
  putInto(table: string, key: string[]): string {
    const others = this.names.filter(([column]) => !key.includes(column));
    const sets = others.map(([column]) => `${column} = excluded.${column}`);
    return this.insertInto(table, `on conflict (${key.join(', ')}) do update set ${sets.join(', ')}`);
  }

  /** Changes rows that are there, `t`, known by their id. */
  update(table: string, andSet = ''): string {
    const others = this.names.filter(([column]) => column !== 'id');
    const sets = others.map(([column, field]) => `${column} = n."${field}"`);
    return `update ${table} t set ${sets.join(', ')}${andSet} from ${this.columns.from(1)} where t.id = n.id`;
  }

  /** The parameters of a statement made here. */
  values(rows: readonly object[]): unknown[] {
    return this.columns.parameters(rows as Record<string, unknown>[]);
  }
}
