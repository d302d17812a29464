/** The lines by which mail programs of our five languages introduce what they quote. */
const INTRODUCTIONS = [
  /^(on|am|le)\b.{5,200}\b(wrote|schrieb|écrit)\s*:$/iu,
  /^.{5,200}(?<!\p{L})έγραψε\s*:$/iu,
  /^(în|in|pe|la)\s.{5,200}\sa scris\s*:$/iu,
  /^.{5,200}(?<!\p{L})írta(?!\p{L}).{0,120}:$/iu,
  /^در\s.{5,200}نوشت(ه است)?\s*:$/u,
  /^-{2,}\s*(original message|αρχικό μήνυμα|mesaj original|eredeti üzenet|پیام اصلی)\s*-{2,}$/iu,
];

const isQuote = (line: string) => line.startsWith('>');
const isIntroduction = (line: string) => INTRODUCTIONS.some((pattern) => pattern.test(line.trim()));

/**
 * Splits a plain text into what was written now and what it quotes at its end. Answers between quoted lines stay
 * where they are: only an unbroken tail is folded.
 */
export function splitQuoted(text: string): { own: string; quoted: string | null } {
  const lines = text.split('\n');
  const head = lines.findIndex(
    (line, index) =>
      isIntroduction(line) || (isIntroduction(`${line} ${lines[index + 1] ?? ''}`) && line.trim() !== ''),
  );
  let start = head === -1 ? lines.length : head;
  if (head === -1) {
    while (start > 0 && (isQuote(lines[start - 1]!) || lines[start - 1]!.trim() === '')) start -= 1;
    if (!lines.slice(start).some(isQuote)) return { own: text, quoted: null };
  } else if (
    lines
      .slice(head + 2)
      .some(
        (line, index, rest) =>
          line.trim() && !isQuote(line) && rest.slice(index).some(isQuote) && rest.slice(0, index).some(isQuote),
      )
  ) {
    // Something was written between the quoted lines.
    return { own: text, quoted: null };
  }
  const own = lines.slice(0, start).join('\n').trimEnd();
  // A message that is nothing but a quote is shown as it is.
  return own === '' ? { own: text, quoted: null } : { own, quoted: lines.slice(start).join('\n').trim() };
}
