import { arrayText, type Cell } from '#database';

/**
 * Rows travel to Postgres as one array a column and are put together there: it reads arrays of a known type in a third of
 * the time that a JSON document of the same rows takes, and here no row has to be built for it.
 */
export class Columns {
  readonly names: string[];
  private readonly types: string[];
  private readonly keys: string[];
  private readonly shared: string[];

  /**
   * @param list `name type` after `name type`, as in a table; models have the same names in camelCase. `shared` is jsonb of
   * which many rows hold the very same: it travels once, and rows say which.
   */
  constructor(list: string) {
    const pairs = list.split(',').map((pair) => pair.trim().split(/\s+/) as [string, string]);
    this.names = pairs.map(([name]) => name);
    this.types = pairs.map(([, type]) => type);
    this.keys = this.names.map((name) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
    this.shared = this.keys.filter((_, i) => this.types[i] === 'shared');
  }

  /** What stands after `from`: the rows of `values`, called `n`. */
  private get rows(): string {
    const columns = this.types.map((type, i) =>
      type === 'jsonb' ? `jsonb_array_elements($${i + 1}::jsonb)` : `unnest($${i + 1}::${inner(type)}[])`,
    );
    return `rows from (${columns.join(', ')}) as n(${this.names.join(', ')})`;
  }

  insertInto(table: string, then = ''): string {
    const cells = this.names.map((_, i) => this.cell(i)).join(', ');
    return `insert into ${table} (${this.names.join(', ')}) select ${cells} from ${this.rows} ${then}`;
  }

  /** The same for rows that may be there, known by `key`. */
  putInto(table: string, key: string[]): string {
    const others = this.names.filter((name) => !key.includes(name));
    const sets = others.map((name) => `${name} = excluded.${name}`);
    return this.insertInto(table, `on conflict (${key.join(', ')}) do update set ${sets.join(', ')}`);
  }

  /** Changes rows that are there, `t`, known by their id. */
  update(table: string, andSet = ''): string {
    const sets = this.names.flatMap((name, i) => (name === 'id' ? [] : [`${name} = ${this.cell(i)}`]));
    return `update ${table} t set ${sets.join(', ')}${andSet} from ${this.rows} where t.id = n.id`;
  }

  /** The parameters of a statement made here: one a column, and then what is shared. */
  values(rows: readonly object[]): string[] {
    const shared: string[] = [];
    const columns = this.keys.map((key, i) => {
      const cells = rows.map((row) => (row as Record<string, unknown>)[key]);
      const type = this.types[i];
      if (type === 'jsonb') return JSON.stringify(cells);
      if (type === 'shared') return arrayText(placesOf(cells, shared));
      // the shorter of two lists is filled up with nulls: one that has nothing else may as well be empty
      return cells.every((cell) => cell === null) ? '{}' : arrayText(cells as Cell[]);
    });
    return [...columns, ...shared];
  }

  private cell(i: number): string {
    const name = `n.${this.names[i]}`;
    const type = this.types[i]!;
    if (type === 'shared') return `$${this.names.length + this.shared.indexOf(this.keys[i]!) + 1}::jsonb -> ${name}`;
    return type.endsWith('[]') ? `${name}::${type}` : name;
  }
}

/** Which of the different ones each is; these are added to `shared` as one text. */
function placesOf(cells: readonly unknown[], shared: string[]): number[] {
  const known = new Map<unknown, number>();
  const places = cells.map((cell) => {
    const place = known.get(cell) ?? known.size;
    if (place === known.size) known.set(cell, place);
    return place;
  });
  shared.push(JSON.stringify([...known.keys()]));
  return places;
}

/** An array of arrays has to be a rectangle: what is one array in a row travels as its text. */
function inner(type: string): string {
  if (type === 'shared') return 'int';
  return type.endsWith('[]') ? 'text' : type;
}
