import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES } from '#contracts';
import type { Language } from '#contracts';

/** Each language is a chunk of its own; only the one that is spoken is loaded. */
const CATALOGUES: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import('./catalogues/en.json'),
  el: () => import('./catalogues/el.json'),
  ro: () => import('./catalogues/ro.json'),
  hu: () => import('./catalogues/hu.json'),
  fa: () => import('./catalogues/fa.json'),
};

/** Names of the languages in themselves: the same in every catalogue. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  en: 'English',
  el: 'Ελληνικά',
  ro: 'Română',
  hu: 'Magyar',
  fa: 'فارسی',
};

const STORED = 'kairos.language';
const known = (tag: string | null | undefined): Language | undefined =>
  LANGUAGES.find((language) => language === tag?.slice(0, 2).toLowerCase());

export const directionOf = (language: string): 'ltr' | 'rtl' => (language === 'fa' ? 'rtl' : 'ltr');

/** Chosen here before, else what the browser asks for, else English. */
export function preferredLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  const tags = [asked, localStorage.getItem(STORED), ...navigator.languages].map(known);
  return tags.find((language) => language !== undefined) ?? 'en';
}

export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: false },
  });
  await speak(preferredLanguage());
}

let wished: Language | undefined;

/** Loads a catalogue when it is the first time and speaks it; of several asked for at once, the last one. */
export async function speak(tag: string): Promise<void> {
  const language = known(tag) ?? 'en';
  wished = language;
  if (!i18next.hasResourceBundle(language, 'translation')) {
    const catalogue = await CATALOGUES[language]();
    i18next.addResourceBundle(language, 'translation', catalogue.default);
  }
  if (wished !== language) return;
  await i18next.changeLanguage(language);
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}
