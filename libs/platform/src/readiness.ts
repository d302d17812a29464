/** What has to work before this process may be sent work. A check answers null, or says in words what is not there. */
export class Readiness {
  private readonly checks = new Map<string, () => Promise<string | null>>();

  add(name: string, check: () => Promise<string | null>): void {
    this.checks.set(name, check);
  }

  /** Names and reasons of what is not ready; empty: ready. */
  async missing(): Promise<Record<string, string>> {
    const missing: Record<string, string> = {};
    await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        const reason = await check().catch((error: unknown) => (error as Error).message);
        if (reason !== null) missing[name] = reason;
      }),
    );
    return missing;
  }
}
