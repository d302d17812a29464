/** domain.md 7.6: equal for people, equal for the machine. */
export function searchForm(text: string): string {
  return text
    .replace(/[\u06c0\u0629]/g, 'ه')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[يى]/g, 'ی')
    .replace(/ك/g, 'ک')
    .replace(/\u06d5/g, 'ه')
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/\u0640/g, '')
    .replace(/\u200c/g, ' ')
    .replace(/ς/g, 'σ');
}

/** Longer texts are found by their beginning. */
export const MAX_BODY = 20_000;

/** What is kept for searching: the search form, and for words joined by ZWNJ the written-together form beside it. */
export function searchBody(...parts: (string | null)[]): string {
  const text = parts.filter(Boolean).join(' ').slice(0, MAX_BODY);
  const form = searchForm(text);
  return text.includes('\u200c') ? `${form} ${searchForm(text.replaceAll('\u200c', ''))}` : form;
}
