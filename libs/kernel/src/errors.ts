export type ErrorKind =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict' | 'too_large' | 'too_many' | 'unavailable';

/**
 * The one error that services throw on purpose. `code` is stable snake_case for programs; the message is for people
 * and says what was tried, what was found, what is allowed and what to do. Translated in two places only: the HTTP
 * problem response and the event log's handler.
 */
export class DomainError extends Error {
  // eslint-disable-next-line max-params -- the four facts of an error, and its cause as Error takes it
  constructor(
    readonly code: string,
    readonly kind: ErrorKind,
    message: string,
    readonly details: Record<string, unknown> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'DomainError';
  }
}

export const invalid = (code: string, message: string, details?: Record<string, unknown>) =>
  new DomainError(code, 'invalid', message, details);
export const notFound = (what: string, id: string) =>
  new DomainError(
    `${what}_not_found`,
    'not_found',
    `There is no ${what.replaceAll('_', ' ')} ${id} that you may see. Check the id, or ask someone with access.`,
  );
export const conflict = (code: string, message: string, details?: Record<string, unknown>) =>
  new DomainError(code, 'conflict', message, details);
export const forbidden = (message: string) => new DomainError('forbidden', 'forbidden', message);
