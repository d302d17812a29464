import { DomainError } from '#kernel';

export interface ConfigProblem {
  path: string;
  message: string;
}

/** Collects what is wrong with a channel's settings, so that all of it is said at once. */
export class ConfigCheck {
  private readonly problems: ConfigProblem[] = [];

  constructor(private readonly kind: string) {}

  /** Says that `path` should be `expected` unless `holds`. */
  must(holds: boolean, path: string, expected: string): void {
    if (!holds) this.problems.push({ path, message: `${path} must be ${expected}` });
  }

  /** An own base URL for signed and registered addresses, where one is set. */
  publicUrl(config: Record<string, unknown>): void {
    if (config['publicUrl'] === undefined) return;
    this.must(
      isHttpUrl(config['publicUrl']),
      'config.publicUrl',
      'an http or https address without query and fragment',
    );
  }

  /** @throws DomainError invalid_channel_config */
  finish(): void {
    if (this.problems.length === 0) return;
    const all = this.problems.map((problem) => problem.message).join('; ');
    throw new DomainError('invalid_channel_config', 'invalid', `This ${this.kind} channel cannot work: ${all}.`, {
      errors: this.problems,
    });
  }
}

export function isText(value: unknown, max = 500): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= max;
}

export function isHttpUrl(value: unknown): value is string {
  if (!isText(value, 2_000)) return false;
  try {
    const url = new URL(value);
    return /^https?:$/.test(url.protocol) && url.hash === '' && url.search === '' && url.username === '';
  } catch {
    return false;
  }
}

/** The channel's own base URL, else the installation's; without a slash at the end. */
export function baseUrl(config: Record<string, unknown> | undefined, publicUrl: string): string {
  const own = config?.['publicUrl'];
  return (typeof own === 'string' && own !== '' ? own : publicUrl).replace(/\/+$/, '');
}
