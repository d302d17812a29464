import type { LastStatement } from './tx.js';

/**
 * Several writes as one statement: planned together, one answer. All of them see the same picture, so none may need what
 * another has written, and no row may be written twice.
 */
export function joined(writes: LastStatement[]): LastStatement | null {
  if (writes.length <= 1) return writes[0] ?? null;
  let before = 0;
  const texts = writes.map(({ sql, parameters }) => {
    const first = before;
    before += parameters.length;
    return first === 0 ? sql : sql.replace(/\$(\d+)/g, (_, n: string) => `$${Number(n) + first}`);
  });
  const earlier = texts.slice(0, -1).map((text, i) => `write_${i + 1} as (${text})`);
  return {
    sql: `with ${earlier.join(', ')} ${texts.at(-1)!}`,
    parameters: writes.flatMap(({ parameters }) => parameters),
  };
}
