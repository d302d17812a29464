/** Text that Postgres and people can take: NFC, no NUL; lone surrogates become U+FFFD. ZWNJ and all else survive. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll('\u0000', '').toWellFormed().normalize('NFC');
}

/** The first `max` graphemes, with an ellipsis when something was cut; never splits an emoji or a ZWNJ word. */
export function truncate(text: string, max: number): string {
  if (text.length <= max) return text;
  if (SIMPLE.test(text.slice(0, max + 1))) return `${text.slice(0, max - 1)}…`;
  const parts: string[] = [];
  for (const { segment } of graphemes.segment(text.slice(0, max * 12))) {
    if (parts.length === max) return `${parts.slice(0, max - 1).join('')}…`;
    parts.push(segment);
  }
  return parts.join('');
}

/** One line for a list row: white space folded, bidi overrides neutralised. */
export function preview(text: string, max = 140): string {
  const beginning = oneLine(text.slice(0, max * 24)); // of a long text no more is looked at, unless that is nearly all white
  return truncate(text.length <= max * 24 || beginning.length > max * 12 ? beginning : oneLine(text), max);
}

/** Single spaces, nearly all of them, stay as they are: nothing is replaced by itself. */
const oneLine = (text: string): string =>
  withoutOverrides(text)
    .replace(/[^\S ]\s*| \s+/g, ' ')
    .trim();

/** Drops embedding and override controls (U+202A-202E, U+2066-2069), for text shown outside its message body. */
export function withoutOverrides(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}

/** Nothing in it that could have another form. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/;

/** Letters that stand for themselves (Latin, Greek, Cyrillic, Arabic script): no need of the segmenter, 100 times slower. */
const SIMPLE =
  /^[\t\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u0621-\u064a\u0660-\u066f\u0671-\u06d3]*$/;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
