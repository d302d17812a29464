export type Cell = string | number | boolean | Date | null | undefined | readonly (string | number | boolean | null)[];

/**
 * An array parameter as Postgres reads it; what is an array in a cell travels as its text (`text[]`, cast in SQL), since
 * an array of arrays has to be a rectangle. pg would make the same more slowly: it looks at each element twice. Columns
 * say the same many times over, and what stands in many cells, one after the other, is written once.
 */
export function arrayText(cells: readonly Cell[]): string {
  let last: Cell = null;
  let text = 'NULL';
  const texts = cells.map((cell) => {
    if (cell !== last) text = cellText((last = cell));
    return text;
  });
  return `{${texts.join(',')}}`;
}

function cellText(cell: Cell): string {
  if (typeof cell === 'string') return quoted(cell);
  if (cell === null || cell === undefined) return 'NULL';
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === 'object' ? quoted(arrayText(cell)) : String(cell);
}

/** Quoted whatever it is: a text from outside must never end its element. */
function quoted(text: string): string {
  return text.includes('"') || text.includes('\\') ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
