/** Nearest rank, so that every percentile is a value that was measured. */
export function percentile(values: number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: number[]): number => percentile(values, 50);

/** "12.3 (11.8 to 12.9)": the median of the rounds and their spread. */
export function spread(values: number[], digits = 1): string {
  const f = (value: number) => value.toFixed(digits);
  return `${f(median(values))} (${f(Math.min(...values))} to ${f(Math.max(...values))})`;
}

/** Holds or does not hold, in the words of the bar. */
export function verdict(name: string, values: number[], bar: { atLeast?: number; atMost?: number }): string {
  const worst = bar.atLeast !== undefined ? Math.min(...values) : Math.max(...values);
  const middle = median(values);
  const holds = (value: number) => (bar.atLeast !== undefined ? value >= bar.atLeast : value <= bar.atMost!);
  const word = holds(worst) ? 'holds' : holds(middle) ? 'holds in the median, not in every round' : 'DOES NOT HOLD';
  const target = bar.atLeast !== undefined ? `at least ${bar.atLeast}` : `at most ${bar.atMost}`;
  return `${name}: ${spread(values, 2)}, bar ${target}: ${word}`;
}
