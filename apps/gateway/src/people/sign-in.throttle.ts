/** Failures remembered per key (an address, an account): beyond `limit` within the window nobody is asked any more. */
export class FailureWindow {
  private readonly failures = new Map<string, number[]>();

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  /** Seconds until the next try is allowed; 0: now. */
  blockedFor(key: string, nowMs: number): number {
    const recent = this.recent(key, nowMs);
    if (recent.length < this.limit) return 0;
    return Math.max(1, Math.ceil((recent[recent.length - this.limit]! + this.windowMs - nowMs) / 1_000));
  }

  /** Counted before the password is looked at, so that a hundred parallel tries are not all let through. */
  count(key: string, nowMs: number): void {
    if (this.failures.size > 50_000) this.sweep(nowMs);
    this.failures.set(key, [...this.recent(key, nowMs), nowMs]);
  }

  /** It was no failure after all. */
  forgive(key: string): void {
    const list = this.failures.get(key);
    list?.pop();
    if (list?.length === 0) this.failures.delete(key);
  }

  clear(key: string): void {
    this.failures.delete(key);
  }

  private recent(key: string, nowMs: number): number[] {
    return (this.failures.get(key) ?? []).filter((at) => at > nowMs - this.windowMs);
  }

  private sweep(nowMs: number): void {
    for (const key of this.failures.keys()) if (this.recent(key, nowMs).length === 0) this.failures.delete(key);
  }
}
