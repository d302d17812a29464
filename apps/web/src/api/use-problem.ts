import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from './problem.js';
import { wordsOf } from './problem-words.rules.js';

/** What to tell the agent of a call that did not work. */
export function useProblem(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error) =>
      error instanceof ProblemError
        ? wordsOf(error, { language: i18n.language, t, has: (key) => i18n.exists(key) })
        : t('problems.unknown'),
    [t, i18n],
  );
}
