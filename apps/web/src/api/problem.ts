import type { Problem } from '#contracts';

/** A refusal of the server (`application/problem+json`), or its silence (`status` 0). */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly body: Partial<Problem> = {},
  ) {
    super(detail);
    this.name = 'ProblemError';
  }

  /** Worth another attempt without the person changing anything. */
  get passing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export const isProblem = (error: unknown, code?: string): error is ProblemError =>
  error instanceof ProblemError && (code === undefined || error.code === code);
