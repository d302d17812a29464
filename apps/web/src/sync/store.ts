import { useCallback, useSyncExternalStore } from 'react';
import type { ConversationView } from '#contracts';
import type { Pending, SyncState, Thread } from './state.rules.js';
import { emptyState } from './state.rules.js';

export type Connection = 'connecting' | 'live' | 'reconnecting';

export interface Presence {
  viewing: string[];
  typing: string[];
}

interface PageState {
  sync: SyncState;
  pending: Pending[];
  presence: Record<string, Presence>;
  connection: Connection;
}

let state: PageState = { sync: emptyState(), pending: [], presence: {}, connection: 'connecting' };
const listeners = new Set<() => void>();

export const readState = (): PageState => state;

export function writeState(change: (old: PageState) => PageState): void {
  const next = change(state);
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

export const writeSync = (change: (old: SyncState) => SyncState): void =>
  writeState((old) => {
    const sync = change(old.sync);
    return sync === old.sync ? old : { ...old, sync };
  });

export function clearState(): void {
  writeState(() => ({ sync: emptyState(), pending: [], presence: {}, connection: 'connecting' }));
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A slice of the state. `select` must answer the same object for the same state. */
function useSlice<T>(select: (state: PageState) => T): T {
  const snapshot = useCallback(() => select(state), [select]);
  return useSyncExternalStore(subscribe, snapshot, snapshot);
}

export const useConversation = (id: string): ConversationView | undefined =>
  useSlice(useCallback((s: PageState) => s.sync.conversations[id], [id]));

export const useThread = (id: string): Thread | undefined =>
  useSlice(useCallback((s: PageState) => s.sync.threads[id], [id]));

export const usePresence = (id: string): Presence | undefined =>
  useSlice(useCallback((s: PageState) => s.presence[id], [id]));

const pendingOf = (s: PageState) => s.pending;
export const useAllPending = (): Pending[] => useSlice(pendingOf);

const connectionOf = (s: PageState) => s.connection;
export const useConnection = (): Connection => useSlice(connectionOf);

const conversationsOf = (s: PageState) => s.sync.conversations;
export const useConversations = (): SyncState['conversations'] => useSlice(conversationsOf);
