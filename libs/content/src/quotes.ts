/** A run of lines of one kind; the parts joined give the text back, byte for byte. */
export interface TextPart {
  kind: 'own' | 'quote' | 'signature';
  text: string;
}

/** A line longer than this is nobody's reply header; keeps every pattern's time bounded. */
const MAX_HEADER_LINE = 400;

/** "wrote" in the languages of common clients. */
const WROTE =
  /(?<!\p{L})(?:wrote|writes|schrieb|schreef|geschreven|skrev|a écrit|a ecrit|escribió|escribio|escreveu|ha scritto|έγραψε|a scris|írta|napsal(?:\(a\))?|napísal|написал\(?а?\)?|пише|pisze|napisał\(?a?\)?|kirjoitti|yazdı|sent|کتب|نوشت|写道|のメッセージ)(?!\p{L})/iu;
const OPENING = /^(?:on|am|le|el|em|il|στις|la|op|den|dne|dnia|w dniu|pe|at|\d)(?!\p{L})/iu;
const DATED = /\d{1,2}[:.]\d{2}|(?:19|20)\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/;
const ADDRESS = /<\s?[^<>\s]{1,120}@[^<>]{1,120}>?/;
/** Labels of the header block that Outlook and others put above a quoted mail. */
const FROM_LABEL =
  /^[>\s*]*\*?(?:from|von|de|da|van|från|fra|od|από|feladó|expeditor|от|kimden|从|发件人|差出人|از)\s*:\*?\s/iu;
const OTHER_LABEL =
  /^[>\s*]*\*?(?:sent|date|to|subject|cc|gesendet|datum|an|betreff|envoyé|à|objet|enviado(?: el)?|para|asunto|data|oggetto|inviato|a|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|στάλθηκε|προς|θέμα|ημερομηνία|elküldve|címzett|tárgy|trimis|către|subiect|отправлено|кому|тема|дата|发送时间|收件人|主题|تاریخ|موضوع)\s*:\*?/iu;
const SEPARATOR =
  /^[>\s]*[-_=*]{2,}\s*(?:original message|original appointment|reply message|ursprüngliche nachricht|originalnachricht|message d'origine|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|wiadomość oryginalna|původní zpráva|αρχικό μήνυμα|eredeti üzenet|mesaj original|исходное сообщение|原始邮件|پیام اصلی)\s*[-_=*]{2,}\s*$/iu;
/** What somebody forwards is what they want to show. */
const FORWARD =
  /^[>\s]*(?:[-_=*]{2,}\s*)?(?:begin )?(?:forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|προωθημένο μήνυμα|továbbított üzenet|mesaj redirecționat|پیام فوروارد شده)\s*(?:[-_=*]{2,}|:)\s*$/iu;
/** Our own line in outgoing mail, and those of other desks. */
const ABOVE =
  /^[>\s\-#*=]*(?:reply above this line|please type your reply above this line|please reply above this line|write above this line|reply to this email directly)[\s\-#*=.]*$/iu;
const SIGNATURE_DELIMITER = /^--\s?$/;
const DEVICE =
  '(?:iphone|ipad|ipod|android|galaxy|samsung|blackberry|huawei|xiaomi|pixel|windows|outlook|yahoo|gmail|proton|mail|smartphone|phone|mobile|handy|tablet|telefon|κινητό)';
const SENT_FROM = new RegExp(
  `^(?:sent (?:from|via|with)|get outlook for|von meinem|gesendet (?:von|mit)|envoyé (?:de|depuis)|enviado (?:desde|do)|inviato da|verzonden (?:vanaf|met)|skickat från|στάλθηκε από|trimis (?:de pe|din)|elküldve)[^,.!?]{0,40}${DEVICE}[^,.!?]{0,30}\\.?$`,
  'iu',
);

/**
 * A view of a mail's text: what its writer wrote, what they quoted, how they signed. Nothing is removed: showing all
 * parts shows the text. Doubt counts as `own`, so that no line of the customer is ever folded away by mistake; when
 * nothing at all would remain, everything is `own` (channels.md 4.6).
 */
export function foldQuotes(text: string): TextPart[] {
  const lines = text.split('\n');
  const kinds: TextPart['kind'][] = new Array<TextPart['kind']>(lines.length).fill('own');
  const cut = markQuotes(lines, kinds);
  markSignature(lines, kinds, cut);
  unfoldContext(lines, kinds);
  joinBlanks(lines, kinds);
  if (!lines.some((line, index) => kinds[index] === 'own' && /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(line))) {
    return [{ kind: 'own', text }];
  }
  return toParts(lines, kinds);
}

/** What the writer wrote themselves. */
export function ownText(text: string): string {
  return foldQuotes(text)
    .filter((part) => part.kind === 'own')
    .map((part) => part.text)
    .join('')
    .trim();
}

/** Marks quoted lines; answers where an unprefixed quote begins, behind which everything is quoted. */
function markQuotes(lines: string[], kinds: TextPart['kind'][]): number {
  for (let index = 0; index < lines.length; index++) {
    if (kinds[index] === 'quote') continue;
    const line = lines[index]!;
    if (line.length <= MAX_HEADER_LINE && FORWARD.test(line)) break;
    if (isPrefixed(line)) {
      kinds[index] = 'quote';
      continue;
    }
    const header = headerLength(lines, index);
    if (header === 0) continue;
    const after = nextFilled(lines, index + header);
    const prefixedBody = after < lines.length && isPrefixed(lines[after]!);
    if (prefixedBody || (after >= lines.length && index > 0)) {
      kinds.fill('quote', index, index + header);
      index += header - 1;
      continue;
    }
    kinds.fill('quote', index);
    return index;
  }
  return lines.length;
}

function isPrefixed(line: string): boolean {
  return /^\s{0,3}>/.test(line) && !/^\s{0,3}>[-_.]?[<)(]/.test(line);
}

/** How many lines from here form a reply header; 0 when none does. */
function headerLength(lines: string[], index: number): number {
  const line = lines[index]!;
  if (line.length > MAX_HEADER_LINE || line.trim() === '') return 0;
  if (SEPARATOR.test(line) || ABOVE.test(line)) return 1;
  if (FROM_LABEL.test(line)) {
    const block = lines
      .slice(index + 1, index + 8)
      .filter((next) => next.length <= MAX_HEADER_LINE && OTHER_LABEL.test(next));
    return block.length >= 2 ? 1 + block.length : 0;
  }
  if (/^\s*_{20,}\s*$/.test(line)) {
    const next = nextFilled(lines, index + 1);
    return next < lines.length && FROM_LABEL.test(lines[next]!.slice(0, MAX_HEADER_LINE)) ? next - index + 1 : 0;
  }
  return attributionLength(lines, index);
}

/** "On Monday, Anna <anna@example.com> wrote:", wrapped over up to three lines. */
function attributionLength(lines: string[], index: number): number {
  let joined = '';
  for (let length = 1; length <= 3 && index + length <= lines.length; length++) {
    const next = lines[index + length - 1]!.trim();
    if (next === '' || joined.length + next.length > MAX_HEADER_LINE) return 0;
    joined = `${joined} ${next}`.trim();
    if (!/[:：]$/.test(next) && !(WROTE.test(next) && /\p{L}\)?$/u.test(next))) {
      // Only what already looks like one is followed over a line break.
      if (!DATED.test(joined) && !ADDRESS.test(joined)) return 0;
      continue;
    }
    const after = nextFilled(lines, index + length);
    return isAttribution(joined, after < lines.length && isPrefixed(lines[after]!)) ? length : 0;
  }
  return 0;
}

/** "On second thought, she wrote:" is the customer's own sentence: a date and a name or address must be there. */
function isAttribution(line: string, quoteFollows: boolean): boolean {
  if (quoteFollows) return WROTE.test(line) || ADDRESS.test(line);
  if (!DATED.test(line)) return false;
  return ADDRESS.test(line) || (WROTE.test(line) && (OPENING.test(line) || /\S@\S/.test(line)));
}

function nextFilled(lines: string[], from: number): number {
  let index = from;
  while (index < lines.length && lines[index]!.trim() === '') index++;
  return index;
}

/** A delimiter line with at most twelve short lines behind it, or a client's "Sent from my …" as the last own words. */
function markSignature(lines: string[], kinds: TextPart['kind'][], end: number): void {
  let last = end - 1;
  while (last >= 0 && (kinds[last] !== 'own' || lines[last]!.trim() === '')) last--;
  if (last < 0) return;
  if (SENT_FROM.test(lines[last]!.trim().slice(0, 120))) {
    kinds[last] = 'signature';
    last--;
  }
  for (let index = last; index >= 0 && index >= last - 12 && kinds[index] === 'own'; index--) {
    if (!SIGNATURE_DELIMITER.test(lines[index]!)) continue;
    kinds.fill('signature', index, last + 1);
    return;
  }
}

/** A quote with the writer's own words below it is what those words answer: it stays in sight. */
function unfoldContext(lines: string[], kinds: TextPart['kind'][]): void {
  let last = lines.length - 1;
  while (last >= 0 && (kinds[last] !== 'own' || lines[last]!.trim() === '')) last--;
  for (let index = 0; index < last; index++) if (kinds[index] === 'quote') kinds[index] = 'own';
}

/** Blank lines belong to what stands before them. */
function joinBlanks(lines: string[], kinds: TextPart['kind'][]): void {
  for (let index = 1; index < lines.length; index++) {
    if (lines[index]!.trim() === '') kinds[index] = kinds[index - 1]!;
  }
}

function toParts(lines: string[], kinds: TextPart['kind'][]): TextPart[] {
  const parts: TextPart[] = [];
  lines.forEach((line, index) => {
    const text = index < lines.length - 1 ? `${line}\n` : line;
    const last = parts.at(-1);
    if (last && last.kind === kinds[index]) last.text += text;
    else parts.push({ kind: kinds[index]!, text });
  });
  return parts;
}
