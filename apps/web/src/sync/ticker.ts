import { useCallback, useSyncExternalStore } from 'react';

/**
 * One second, one timer, for the whole page. A countdown is `dueAt` plus this tick through a pure function; a row
 * renders again only when its own label changes.
 */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | null = null;
let offset = 0;
let current = Date.now();

/** The server's idea of now in milliseconds: a laptop with a wrong clock must not show a wrong promise. */
export const serverNow = (): number => Date.now() + offset;

/** Learns from the `Date` header, which has whole seconds: differences under 2 s are rounding, not skew. */
export function learnServerTime(header: string | null): void {
  const server = header ? Date.parse(header) : Number.NaN;
  if (Number.isNaN(server)) return;
  const difference = server + 500 - Date.now();
  offset = Math.abs(difference) > 2_000 ? difference : 0;
}

function tick(): void {
  current = serverNow();
  for (const listener of listeners) listener();
  // Just after the full second, so that all labels change together and a deadline is seen as it passes.
  timer = setTimeout(tick, 1_005 - (serverNow() % 1_000));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === null) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearTimeout(timer);
    timer = null;
  };
}

/** What `select` makes of now; the component renders again only when that value changes (a primitive, please). */
export function useTick<T extends string | number | boolean>(select: (now: number) => T): T {
  const snapshot = useCallback(() => select(listeners.size > 0 ? current : serverNow()), [select]);
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

/** Now, rounded down to `stepMs`: for what may be a little behind, such as sections of a list. */
export function useNow(stepMs: number): number {
  return useTick(useCallback((now: number) => Math.floor(now / stepMs) * stepMs, [stepMs]));
}
