import { existsSync, readFileSync } from 'node:fs';
import { foldQuotes, ownText } from './quotes.js';

const CORPUS = '../shared/corpora/mail-quotes.jsonl';

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line));

describe('folding quotes', () => {
  it('folds what is quoted below an answer, and its attribution line', () => {
    const text =
      'Yes, Tuesday suits me.\n\nOn Mon, 2 Nov 2026 at 10:04, Shop <help@shop.test> wrote:\n> When can we come?\n';
    expect(foldQuotes(text).map((part) => part.kind)).toEqual(['own', 'quote']);
    expect(ownText(text)).toBe('Yes, Tuesday suits me.');
  });

  it('keeps answers written between the quoted lines, and what they answer', () => {
    const text = '> When?\nTuesday\n> Where?\nAt home\n> Bye';
    expect(ownText(text)).toBe('> When?\nTuesday\n> Where?\nAt home');
  });

  it('keeps a sentence of the customer that only sounds like an attribution', () => {
    expect(ownText('On second thought, here is what my mother wrote:\nplease call me')).toContain('please call me');
  });

  it('shows everything when nothing but a quote is there', () => {
    expect(foldQuotes('> only this')).toEqual([{ kind: 'own', text: '> only this' }]);
  });

  it('folds the signature of a client, in five languages and with a delimiter', () => {
    expect(ownText('Thanks!\n\nSent from my iPhone')).toBe('Thanks!');
    expect(ownText('Ευχαριστώ!\n\nΣτάλθηκε από το iPhone μου')).toBe('Ευχαριστώ!');
    expect(ownText('Hello\n-- \nAnna\nSales')).toBe('Hello');
  });

  it('gives the text back when all parts are joined, whatever it is', () => {
    for (const text of ['', '\n', '> a\r\n> b', 'a\n\n\n', 'On 1 wrote:\n', '-----Original Message-----\nFrom: a']) {
      expect(
        foldQuotes(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }
  });

  it('takes linear time on hostile input', () => {
    const started = process.cpuUsage();
    for (const hostile of [
      '> '.repeat(20_000),
      'On '.repeat(50_000),
      'On \n'.repeat(50_000),
      'From: \n'.repeat(50_000),
    ]) {
      expect(
        foldQuotes(hostile)
          .map((part) => part.text)
          .join(''),
      ).toBe(hostile);
    }
    // CPU time: a busy machine is no fault of ours.
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(3_000);
  });
});

/** What is in sight when quotes are folded: signatures are. */
const unquoted = (text: string) =>
  foldQuotes(text)
    .filter((part) => part.kind !== 'quote')
    .map((part) => part.text)
    .join('');

interface QuoteCase {
  id: string;
  kind: string;
  input: string;
  expectedReply: string;
}

if (existsSync(CORPUS)) {
  const cases = readFileSync(CORPUS, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as QuoteCase)
    .filter((entry) => entry.kind === 'text');

  describe('folding quotes of 201 real replies', () => {
    it('never loses a line that the customer wrote', () => {
      const lost = cases.flatMap((entry) => {
        const shown = new Set(lines(unquoted(entry.input)));
        return lines(entry.expectedReply)
          .filter((line) => !shown.has(line))
          .map((line) => `${entry.id}: ${line.slice(0, 100)}`);
      });
      expect(lost).toEqual([]);
    });

    it('folds all of the rest in seven of ten', () => {
      const foldable = cases.filter((entry) => lines(entry.input).length > lines(entry.expectedReply).length);
      const exact = foldable.filter(
        (entry) => lines(ownText(entry.input)).length === lines(entry.expectedReply).length,
      );
      process.stdout.write(`quotes: ${exact.length} of ${foldable.length} folded exactly\n`);
      expect(exact.length / foldable.length).toBeGreaterThan(0.7);
    });
  });
} else {
  it.skip(`SKIPPED: ${CORPUS} is not here, 201 real replies were not tried`, () => undefined);
}
