import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '#contracts';
import { LANGUAGE_NAMES, speak } from '../../i18n/index.js';
import { Select } from '../../ui/field.js';

/** The mark: a clock whose hand stands at the deadline. */
export const Mark = ({ size = 24 }: { size?: number }) => (
  <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden className="shrink-0 text-accent">
    <path
      d="M16 4.5a11.5 11.5 0 1 0 11.5 11.5"
      fill="none"
      stroke="currentColor"
      strokeWidth="3"
      strokeLinecap="round"
    />
    <path
      d="M16 9.5V16l4.8 3"
      fill="none"
      stroke="currentColor"
      strokeWidth="3"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
    <circle cx="25" cy="7" r="3" className="fill-amber-mark" />
  </svg>
);

/** The page before one is in: one column, the language at hand for whoever cannot read it yet. */
export function Doorway({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Kairos`;
  }, [title]);
  const choose = (language: string) => {
    localStorage.setItem('kairos.language-chosen', '1');
    void speak(language);
  };
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto px-4 py-8">
      <div className="my-auto w-full max-w-[22rem]">
        <div className="mb-6 flex items-center gap-2.5">
          <Mark size={28} />
          <span className="text-lg font-semibold" translate="no">
            {t('app.name')}
          </span>
        </div>
        <div className="rounded-lg border border-line bg-surface p-6">
          <h1 className="m-0 mb-1 text-lg font-semibold">{title}</h1>
          {hint ? <p className="m-0 mb-4 text-soft">{hint}</p> : <div className="mb-4" />}
          {children}
        </div>
        <div className="mt-4 flex items-center justify-between gap-4 text-sm text-soft">
          <span>{t('app.promise')}</span>
          <Select
            aria-label={t('settings.language')}
            value={i18n.language}
            onChange={(event) => choose(event.target.value)}
            className="!w-auto"
            options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          />
        </div>
      </div>
    </main>
  );
}
