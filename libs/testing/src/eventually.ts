/**
 * Asks again until it holds: `probe` answers something true (which is returned) and throws nothing.
 * @param timeoutMs gives up after this long (default 15,000) with the last reason.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  timeoutMs = 15_000,
): Promise<Exclude<NonNullable<T>, false | 0 | ''>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    let reason: unknown = 'it answered nothing true';
    try {
      const answer = await probe();
      if (answer) return answer as Exclude<NonNullable<T>, false | 0 | ''>;
    } catch (error) {
      reason = error;
    }
    if (performance.now() > end) {
      throw new Error(`not within ${timeoutMs} ms: ${reason instanceof Error ? reason.message : String(reason)}`, {
        cause: reason,
      });
    }
    await new Promise((done) => setTimeout(done, 20));
  }
}
