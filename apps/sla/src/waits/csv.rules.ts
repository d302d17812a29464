type Cell = string | number | boolean | null | undefined;

/** Every cell quoted; what a spreadsheet would take for a formula gets a leading apostrophe (security.md K2). */
export function csvRow(cells: Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

export function csvCell(value: Cell): string {
  const text = value === null || value === undefined ? '' : String(value);
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
}

/** Field names are ours: plain words and dots, left bare so that the simplest reader finds its columns. */
export function csvHeader(names: string[]): string {
  return `${names.join(',')}\r\n`;
}
