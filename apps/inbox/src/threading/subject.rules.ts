/** Reply and forward prefixes of mail clients in our languages (domain.md 7.5), with an optional count or colon form. */
const PREFIX =
  /^\s*(?:re|r|fw|fwd|aw|wg|sv|vs|απ|σχετ|πρθ|vá|va|továbbítás|válasz|răspuns|raspuns|پاسخ|ارجاع)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*/iu;

/** A subject without its prefixes, case and spacing: what "the same subject" means for mail that only has References. */
export function canonicalSubject(subject: string | null): string {
  let rest = (subject ?? '').normalize('NFC').trim();
  for (let cut = PREFIX.exec(rest); cut; cut = PREFIX.exec(rest)) rest = rest.slice(cut[0].length);
  return rest.replace(/\s+/g, ' ').trim().toLowerCase();
}

/** `Re: ` once, whatever stood there. */
export function replySubject(subject: string | null): string {
  let rest = (subject ?? '').trim();
  for (let cut = PREFIX.exec(rest); cut; cut = PREFIX.exec(rest)) rest = rest.slice(cut[0].length);
  return `Re: ${rest.replace(/[\r\n]+/g, ' ').trim()}`.trim();
}
