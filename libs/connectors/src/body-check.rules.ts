import { DomainError } from '#kernel';

/** Collects what is wrong with a message that came by our own doors (custom API, chat), to say all of it at once. */
export class BodyCheck {
  private readonly problems: { path: string; message: string }[] = [];
  private readonly body: Record<string, unknown>;

  constructor(body: unknown) {
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    this.body = isObject ? (body as Record<string, unknown>) : {};
    if (!isObject) this.problem('', 'a JSON object');
  }

  raw(path: string): unknown {
    return this.body[path];
  }

  /** A text that must be there. */
  text(path: string, max: number): string {
    const value = this.optionalText(path, max, 'a text');
    if (value === null && this.body[path] === undefined) this.problem(path, `a text of 1 to ${max} characters`);
    return value ?? '';
  }

  /** A text that may be left out or null. */
  optionalText(path: string, max: number, what = 'left out or a text'): string | null {
    const value = this.body[path];
    if (value === undefined || value === null) return null;
    if (typeof value === 'string' && value.trim() !== '' && value.length <= max) return value;
    this.problem(path, `${what} of 1 to ${max} characters`);
    return null;
  }

  problem(path: string, expected: string): void {
    this.problems.push({ path, message: `${path === '' ? 'the body' : path} must be ${expected}` });
  }

  /** @throws DomainError invalid_message */
  finish(): void {
    if (this.problems.length === 0) return;
    const all = this.problems.map((problem) => problem.message).join('; ');
    throw new DomainError('invalid_message', 'invalid', `This message cannot be taken: ${all}.`, {
      errors: this.problems,
    });
  }
}
