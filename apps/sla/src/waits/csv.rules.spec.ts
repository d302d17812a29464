import fc from 'fast-check';
import { csvCell } from './csv.rules.js';

describe('a CSV cell', () => {
  it.each(['=1+1', '+30 210', '-5', '@SUM(A1)', '\tx', '\rx'])('%j is no formula', (text) => {
    expect(csvCell(text)).toBe(`"'${text}"`);
  });

  it('gives back any text, and never begins with a formula character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = csvCell(text);
        const read = cell.slice(1, -1).replaceAll('""', '"');
        expect(read).not.toMatch(/^[=+\-@\t\r]/);
        expect(read.startsWith("'") && !text.startsWith("'") ? read.slice(1) : read).toBe(text);
      }),
    );
  });
});
