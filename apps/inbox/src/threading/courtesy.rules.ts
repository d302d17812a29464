import { searchForm } from '../search/search.rules.js';

/**
 * Closing thanks (domain.md 2.3): short, without question, digit or attachment, and every word of it thanks, intensifier
 * or greeting in one of our languages. Any doubt means that somebody waits.
 */
const MAX_GRAPHEMES = 60;
/** U+037E is the Greek question mark; ASCII `;` stands for it in Greek text. */
const QUESTION = /[?؟\u037e]/u;
const GREEK = /\p{Script=Greek}/u;

/** In search form: no marks, lower case, σ for ς, Persian letters for Arabic ones. */
const WORDS = new Set(
  `thank thanks thankyou thx ty cheers great perfect awesome lovely super ok okay you u very so much a lot many all again
   appreciated appreciate it that is s hi hello hey bye goodbye good day morning evening night have nice best regards kind
   wonderful excellent brilliant and for the your help kindly dear team everyone
   ευχαριστω ευχαριστουμε σασ σε πολυ παρα χιλια και να ειστε καλα τελεια ωραια μπραβο καλημερα καλησπερα καληνυχτα γεια
   σου χαιρετε ενταξει οκ εγω επισησ τα λεμε θερμα για τη την βοηθεια υπεροχα
   multumesc multumim mersi merci mult foarte frumos va te si o zi buna ziua seara noapte salut perfect super excelent minunat
   pentru ajutor in regula bine toate cele
   koszonom koszonjuk koszi kosz szepen nagyon szepen ezer koszonet halas szia sziasztok szep napot jo reggelt estet
   ejszakat remek tokeletes szuper rendben udv udvozlettel es a segitseget viszlat
   ممنون ممنونم متشکرم متشکر مرسی سپاس سپاسگزارم سپاسگذارم تشکر خیلی بسیار زیاد از شما لطف لطفتون کمک سلام خداحافظ روز
   شب صبح بخیر خوش خوب عالی عالیه باشه و دستتون درد نکنه تون`
    .split(/\s+/)
    .filter(Boolean),
);
const THANKS = new Set(
  `thank thanks thankyou thx ty cheers appreciated appreciate great perfect awesome lovely super wonderful excellent
   brilliant ok okay ευχαριστω ευχαριστουμε τελεια ωραια ενταξει οκ μπραβο υπεροχα multumesc multumim mersi merci perfect
   excelent minunat koszonom koszonjuk koszi kosz koszonet remek tokeletes szuper rendben ممنون ممنونم متشکرم متشکر مرسی سپاس
   سپاسگزارم سپاسگذارم تشکر عالی عالیه باشه`
    .split(/\s+/)
    .filter(Boolean),
);

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** @param ownText what the writer wrote, without quotes and signature */
export function isCourtesy(ownText: string, attachments: number): boolean {
  const text = ownText.trim();
  if (attachments > 0 || text === '' || text.length > MAX_GRAPHEMES * 12) return false;
  if (QUESTION.test(text) || /\p{Nd}/u.test(text)) return false;
  if (text.includes(';') && GREEK.test(text)) return false;
  if ([...graphemes.segment(text)].length > MAX_GRAPHEMES) return false;
  const words = searchForm(text).match(/[\p{L}\p{M}]+/gu) ?? [];
  if (words.length === 0)
    return (
      /^[\p{Extended_Pictographic}\p{Emoji_Component}\s.!,❤️]+$/u.test(text) && /\p{Extended_Pictographic}/u.test(text)
    );
  return (
    words.every((word) => WORDS.has(word)) &&
    (words.some((word) => THANKS.has(word)) || /\p{Extended_Pictographic}/u.test(text))
  );
}
