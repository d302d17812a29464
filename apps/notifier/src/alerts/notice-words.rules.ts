import type { Language } from '#contracts';

/** What a mail or text to staff says. Figures stand after a colon, so that no language needs plural forms here. */
export interface NoticeWords {
  late: (name: string) => string;
  soon: (name: string) => string;
  many: (n: string) => string;
  due: (time: string) => string;
  overdue: (duration: string) => string;
  owner: (name: string) => string;
  nobody: string;
}

export const NOTICE_WORDS: Record<Language, NoticeWords> = {
  en: {
    late: (name) => `${name} has waited too long`,
    soon: (name) => `${name} will soon have waited too long`,
    many: (n) => `Broken promises: ${n}`,
    due: (time) => `due ${time}`,
    overdue: (duration) => `${duration} late`,
    owner: (name) => `owner: ${name}`,
    nobody: 'nobody yet',
  },
  el: {
    late: (name) => `${name}: η αναμονή ξεπέρασε το όριο`,
    soon: (name) => `${name}: η προθεσμία πλησιάζει`,
    many: (n) => `Υποσχέσεις που δεν τηρήθηκαν: ${n}`,
    due: (time) => `προθεσμία: ${time}`,
    overdue: (duration) => `καθυστέρηση: ${duration}`,
    owner: (name) => `υπεύθυνος: ${name}`,
    nobody: 'κανείς ακόμη',
  },
  ro: {
    late: (name) => `${name} așteaptă de prea mult timp`,
    soon: (name) => `${name}: termenul se apropie`,
    many: (n) => `Promisiuni încălcate: ${n}`,
    due: (time) => `termen: ${time}`,
    overdue: (duration) => `întârziere: ${duration}`,
    owner: (name) => `responsabil: ${name}`,
    nobody: 'nimeni încă',
  },
  hu: {
    late: (name) => `${name} túl régóta vár`,
    soon: (name) => `${name}: közeleg a határidő`,
    many: (n) => `Megszegett ígéretek: ${n}`,
    due: (time) => `határidő: ${time}`,
    overdue: (duration) => `késés: ${duration}`,
    owner: (name) => `felelős: ${name}`,
    nobody: 'még senki',
  },
  fa: {
    // a Latin name or number must not turn the sentence around: first-strong isolates
    late: (name) => `\u2068${name}\u2069 بیش از حد منتظر مانده است`,
    soon: (name) => `\u2068${name}\u2069: مهلت نزدیک است`,
    many: (n) => `قول‌های شکسته: ${n}`,
    due: (time) => `مهلت: \u2068${time}\u2069`,
    overdue: (duration) => `تأخیر: \u2068${duration}\u2069`,
    owner: (name) => `مسئول: \u2068${name}\u2069`,
    nobody: 'هنوز هیچ‌کس',
  },
};
