/** Every text of the widget, in five languages; a missing one does not compile. */
export interface Words {
  chat: string;
  open: string;
  openUnread: (count: number) => string;
  close: string;
  intro: string;
  connecting: string;
  offline: string;
  closed: string;
  message: string;
  placeholder: string;
  send: string;
  sending: string;
  sent: string;
  waits: string;
  failed: string;
  tryAgain: string;
  you: string;
  team: string;
  about: string;
  aboutHint: string;
  name: string;
  email: string;
  emailWrong: string;
  save: string;
  newMessage: string;
  today: string;
}

const en: Words = {
  chat: 'Chat',
  open: 'Open the chat',
  openUnread: (n) => (n === 1 ? 'Open the chat, 1 new message' : `Open the chat, ${n} new messages`),
  close: 'Close the chat',
  intro: 'Write to us. You may close this page: our answer waits for you here.',
  connecting: 'Connecting…',
  offline: 'No connection. What you write goes out as soon as it is back.',
  closed: 'This chat is not available here.',
  message: 'Your message',
  placeholder: 'Write a message…',
  send: 'Send',
  sending: 'Sending…',
  sent: 'Sent',
  waits: 'Waits for the connection',
  failed: 'Not sent.',
  tryAgain: 'Try again',
  you: 'You',
  team: 'Team',
  about: 'Tell us who you are',
  aboutHint: 'Optional: so that we can reach you when you have left.',
  name: 'Name',
  email: 'Email',
  emailWrong: 'This does not look like an email address.',
  save: 'Save',
  newMessage: 'New message:',
  today: 'Today',
};

const el: Words = {
  chat: 'Συνομιλία',
  open: 'Άνοιγμα συνομιλίας',
  openUnread: (n) => (n === 1 ? 'Άνοιγμα συνομιλίας, 1 νέο μήνυμα' : `Άνοιγμα συνομιλίας, ${n} νέα μηνύματα`),
  close: 'Κλείσιμο συνομιλίας',
  intro: 'Γράψτε μας. Μπορείτε να κλείσετε τη σελίδα: η απάντησή μας θα σας περιμένει εδώ.',
  connecting: 'Σύνδεση…',
  offline: 'Δεν υπάρχει σύνδεση. Ό,τι γράψετε θα σταλεί μόλις επανέλθει.',
  closed: 'Η συνομιλία δεν είναι διαθέσιμη εδώ.',
  message: 'Το μήνυμά σας',
  placeholder: 'Γράψτε ένα μήνυμα…',
  send: 'Αποστολή',
  sending: 'Αποστέλλεται…',
  sent: 'Στάλθηκε',
  waits: 'Περιμένει τη σύνδεση',
  failed: 'Δεν στάλθηκε.',
  tryAgain: 'Δοκιμάστε ξανά',
  you: 'Εσείς',
  team: 'Ομάδα',
  about: 'Πείτε μας ποιοι είστε',
  aboutHint: 'Προαιρετικό: για να σας βρούμε αν φύγετε.',
  name: 'Όνομα',
  email: 'Email',
  emailWrong: 'Δεν μοιάζει με διεύθυνση email.',
  save: 'Αποθήκευση',
  newMessage: 'Νέο μήνυμα:',
  today: 'Σήμερα',
};

const ro: Words = {
  chat: 'Discuție',
  open: 'Deschideți discuția',
  openUnread: (n) =>
    n === 1
      ? 'Deschideți discuția, 1 mesaj nou'
      : n % 100 > 0 && n % 100 < 20
        ? `Deschideți discuția, ${n} mesaje noi`
        : `Deschideți discuția, ${n} de mesaje noi`,
  close: 'Închideți discuția',
  intro: 'Scrieți-ne. Puteți închide pagina: răspunsul nostru vă așteaptă aici.',
  connecting: 'Se conectează…',
  offline: 'Fără conexiune. Ce scrieți pleacă de îndată ce revine.',
  closed: 'Discuția nu este disponibilă aici.',
  message: 'Mesajul dumneavoastră',
  placeholder: 'Scrieți un mesaj…',
  send: 'Trimiteți',
  sending: 'Se trimite…',
  sent: 'Trimis',
  waits: 'Așteaptă conexiunea',
  failed: 'Nu a fost trimis.',
  tryAgain: 'Încercați din nou',
  you: 'Dumneavoastră',
  team: 'Echipa',
  about: 'Spuneți-ne cine sunteți',
  aboutHint: 'Opțional: ca să vă putem găsi după ce plecați.',
  name: 'Nume',
  email: 'Email',
  emailWrong: 'Nu pare o adresă de email.',
  save: 'Salvați',
  newMessage: 'Mesaj nou:',
  today: 'Astăzi',
};

const hu: Words = {
  chat: 'Csevegés',
  open: 'Csevegés megnyitása',
  openUnread: (n) => `Csevegés megnyitása, ${n} új üzenet`,
  close: 'Csevegés bezárása',
  intro: 'Írjon nekünk. Az oldalt bezárhatja: válaszunk itt várja majd.',
  connecting: 'Kapcsolódás…',
  offline: 'Nincs kapcsolat. Amit ír, azonnal elküldjük, amint helyreáll.',
  closed: 'Ez a csevegés itt nem érhető el.',
  message: 'Az Ön üzenete',
  placeholder: 'Írjon üzenetet…',
  send: 'Küldés',
  sending: 'Küldés folyamatban…',
  sent: 'Elküldve',
  waits: 'A kapcsolatra vár',
  failed: 'Nem ment el.',
  tryAgain: 'Próbálja újra',
  you: 'Ön',
  team: 'Csapat',
  about: 'Mondja el, kicsoda Ön',
  aboutHint: 'Nem kötelező: hogy elérjük, ha már elment.',
  name: 'Név',
  email: 'E-mail',
  emailWrong: 'Ez nem tűnik e-mail-címnek.',
  save: 'Mentés',
  newMessage: 'Új üzenet:',
  today: 'Ma',
};

const persian = (n: number) => new Intl.NumberFormat('fa-IR').format(n);
const fa: Words = {
  chat: 'گفت‌وگو',
  open: 'باز کردن گفت‌وگو',
  openUnread: (n) => `باز کردن گفت‌وگو، ${persian(n)} پیام تازه`,
  close: 'بستن گفت‌وگو',
  intro: 'برای ما بنویسید. می‌توانید صفحه را ببندید: پاسخ ما همین‌جا منتظر شماست.',
  connecting: 'در حال اتصال…',
  offline: 'اتصال برقرار نیست. آنچه می‌نویسید با بازگشت اتصال فرستاده می‌شود.',
  closed: 'این گفت‌وگو اینجا در دسترس نیست.',
  message: 'پیام شما',
  placeholder: 'پیامی بنویسید…',
  send: 'فرستادن',
  sending: 'در حال فرستادن…',
  sent: 'فرستاده شد',
  waits: 'در انتظار اتصال',
  failed: 'فرستاده نشد.',
  tryAgain: 'دوباره تلاش کنید',
  you: 'شما',
  team: 'گروه ما',
  about: 'خودتان را معرفی کنید',
  aboutHint: 'اختیاری: تا اگر رفتید بتوانیم به شما دسترسی داشته باشیم.',
  name: 'نام',
  email: 'ایمیل',
  emailWrong: 'این شبیه نشانی ایمیل نیست.',
  save: 'ذخیره',
  newMessage: 'پیام تازه:',
  today: 'امروز',
};

const ALL: Record<string, Words> = { en, el, ro, hu, fa };

export interface Speech {
  words: Words;
  language: string;
  /** For dates and times: the browser's own variety of the language (en-GB), where it has one. */
  locale: string;
  direction: 'ltr' | 'rtl';
}

const baseOf = (tag: string | null | undefined) => tag?.toLowerCase().split('-')[0] ?? '';

/**
 * The first of these languages that we speak; English otherwise.
 * @param wanted tags such as `el-GR`
 * @param own the browser's tags
 */
export function speechFor(wanted: readonly (string | null | undefined)[], own: readonly string[]): Speech {
  const language = [...wanted, ...own].map(baseOf).find((base) => Object.hasOwn(ALL, base)) ?? 'en';
  const locale = own.find((tag) => baseOf(tag) === language) ?? language;
  return { words: ALL[language] ?? en, language, locale, direction: language === 'fa' ? 'rtl' : 'ltr' };
}
