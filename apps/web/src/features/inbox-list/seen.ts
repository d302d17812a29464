import { useSyncExternalStore } from 'react';

/** What this browser has read, by conversation: the last message number that was on the screen. */
const STORED = 'kairos.seen';
const KEPT = 2_000;

let seen: Record<string, number> | null = null;
let version = 0;
const listeners = new Set<() => void>();

function load(): Record<string, number> {
  if (seen) return seen;
  try {
    seen = JSON.parse(localStorage.getItem(STORED) ?? '{}') as Record<string, number>;
  } catch {
    seen = {};
  }
  return seen;
}

export function markSeen(id: string, seq: number): void {
  const all = load();
  if ((all[id] ?? 0) >= seq) return;
  delete all[id];
  all[id] = seq;
  const entries = Object.entries(all);
  if (entries.length > KEPT) seen = Object.fromEntries(entries.slice(-KEPT));
  localStorage.setItem(STORED, JSON.stringify(seen));
  version += 1;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Something was written after what was read here; a conversation never opened counts while somebody waits. */
export function useUnread(id: string, seq: number, waiting: boolean): boolean {
  useSyncExternalStore(subscribe, () => version);
  const read = load()[id];
  return read === undefined ? waiting : seq > read;
}
