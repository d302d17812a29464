import type { Tx } from '#database';

export interface NameRow {
  id: string;
  kind: string;
  name: string;
}

/** One row an id: `rows` must not repeat one. */
export async function saveNames(tx: Tx, rows: NameRow[]): Promise<void> {
  await tx.query(
    `insert into names (id, kind, name) select id, kind, name from jsonb_populate_recordset(null::names, $1::jsonb)
     on conflict (id) do update set kind = excluded.kind, name = excluded.name`,
    [JSON.stringify(rows)],
  );
}
