import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from './problem.js';

/** Refusals the page can say in the agent's language; for the rest the server's own sentence is shown. */
const KNOWN = new Set([
  'offline',
  'forbidden',
  'unauthenticated',
  'wrong_credentials',
  'too_many_attempts',
  'wrong_code',
  'weak_password',
  'customer_waits',
  'newer_messages',
  'http_413',
  'http_429',
  'http_403',
  'http_404',
  'http_500',
  'http_502',
  'http_503',
]);

export function useProblem(): (error: unknown) => string {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (!(error instanceof ProblemError)) return t('problems.unknown');
      if (KNOWN.has(error.code)) return t(`problems.${error.code}`);
      const fields = error.body.errors?.map((item) => item.message).join(' ');
      return [error.detail, fields].filter(Boolean).join(' ') || t('problems.unknown');
    },
    [t],
  );
}
