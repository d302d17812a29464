import { searchBody, searchForm } from '../search/search.rules.js';
import { isCourtesy } from './courtesy.rules.js';
import { canonicalSubject, replySubject } from './subject.rules.js';

describe('closing thanks', () => {
  it.each([
    'Thanks!',
    'Thank you very much',
    'ok, great 👍',
    '🙏',
    'Ευχαριστώ πολύ!',
    'ΕΥΧΑΡΙΣΤΩ',
    'Mulțumesc mult, o zi bună!',
    'multumesc frumos',
    'Köszönöm szépen!',
    'köszi',
    'ممنون',
    'خیلی ممنون',
    'مرسی 🌹',
  ])('are %s', (text) => expect(isCourtesy(text, 0)).toBe(true));

  it.each([
    ['a question', 'Thanks?'],
    ['a Greek question mark', 'Ευχαριστώ\u037e'],
    ['an ASCII semicolon in Greek', 'Ευχαριστώ;'],
    ['a Persian question mark', 'ممنون؟'],
    ['a digit', 'Thanks 2'],
    ['a Persian digit', 'ممنون ۲'],
    ['one word more', 'Thanks but no parcel'],
    ['a greeting alone', 'Hello'],
    ['too long', `Thanks ${'very '.repeat(20)}much`],
    ['nothing', '  '],
    ['punctuation', '!!!'],
    ['a number of signs', '- . -'],
  ])('are not %s', (_, text) => expect(isCourtesy(text, 0)).toBe(false));

  it('are not a file', () => expect(isCourtesy('Thanks', 1)).toBe(false));
});

describe('a subject', () => {
  it.each([
    ['Re: Fwd: RE[2]: Parcel', 'parcel'],
    ['ΑΠ: ΣΧΕΤ: Δέμα', 'δέμα'],
    ['Vá: Továbbítás: csomag', 'csomag'],
    ['Răspuns: colet', 'colet'],
    ['پاسخ: بسته', 'بسته'],
    ['  Parcel   here ', 'parcel here'],
    ['Regarding: this', 'regarding: this'],
    [null, ''],
  ])('%s is canonically %s', (subject, expected) => expect(canonicalSubject(subject)).toBe(expected));

  it.each([
    ['Parcel', 'Re: Parcel'],
    ['re: RE: Parcel', 'Re: Parcel'],
    ['Evil\r\nBcc: a@b.test', 'Re: Evil Bcc: a@b.test'],
  ])('%s is answered with %s', (subject, expected) => expect(replySubject(subject)).toBe(expected));
});

describe('the search form', () => {
  it.each([
    ['Μάιος', 'ΜΑΪΟΣ'],
    ['Ştefan', 'Ștefan'],
    ['شكايت', 'شکایت'],
    ['۱۳۹۶', '1396'],
    ['φίλος', 'ΦΙΛΟΣ'],
    ['خانۀ', 'خانه'],
  ])('of %s equals that of %s', (a, b) => expect(searchForm(a)).toBe(searchForm(b)));

  it('finds a word joined by ZWNJ in each of its spellings', () => {
    const body = searchBody('می\u200cخواهم');
    for (const typed of ['می\u200cخواهم', 'می خواهم', 'میخواهم']) expect(body).toContain(searchForm(typed));
  });
});
