import type { ConversationView, MessageView } from '#contracts';
import type { SyncState } from './state.rules.js';

/** Inbox learns a new due time from the SLA clock's log, so a snapshot this young may still carry the old one. */
const CLOCK_LAG_MS = 10_000;

/** Takes conversations as the server tells them. A snapshot older than what events have told already is left out. */
export function takeConversations(state: SyncState, views: readonly ConversationView[], now: number): SyncState {
  const conversations = { ...state.conversations };
  const stale = { ...state.stale };
  const unknown = { ...state.unknown };
  for (const view of views) {
    delete unknown[view.id];
    const known = conversations[view.id];
    if (known && known.version > view.version) continue;
    if ((stale[view.id] ?? 0) <= view.version) delete stale[view.id];
    const clock = state.clock[view.id];
    const fresh = clock !== undefined && now - Date.parse(clock.eventAt) < CLOCK_LAG_MS;
    conversations[view.id] = fresh ? { ...view, due: clock.due } : view;
  }
  return { ...state, conversations, stale, unknown };
}

/**
 * Joins a fetched stretch of messages to what the thread has; the server's word replaces ours. With `whole` the
 * stretch is everything the thread shows from now on (after a split, messages are gone from it).
 */
export function takeMessages(
  state: SyncState,
  id: string,
  fetched: readonly MessageView[],
  { whole = false }: { whole?: boolean } = {},
): SyncState {
  const kept = whole ? [] : (state.threads[id]?.messages ?? []);
  const bySeq = new Map(kept.map((message) => [message.seq, message]));
  for (const message of fetched) bySeq.set(message.seq, message);
  const messages = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  const conversation = state.conversations[id];
  const last = messages.at(-1)?.seq ?? 0;
  const conversations =
    conversation && last > conversation.seq
      ? { ...state.conversations, [id]: { ...conversation, seq: last } }
      : state.conversations;
  return { ...state, conversations, threads: { ...state.threads, [id]: { messages, status: 'ready' } } };
}

/** Marks the loaded threads that end before what these snapshots count. */
export function markLacking(state: SyncState, views: readonly ConversationView[]): SyncState {
  const lacking = views.filter(({ id, seq }) => {
    const last = state.threads[id]?.messages.at(-1);
    return last !== undefined && last.seq < seq && !state.behind[id];
  });
  if (lacking.length === 0) return state;
  const marks = Object.fromEntries(lacking.map(({ id }) => [id, true as const]));
  return { ...state, behind: { ...state.behind, ...marks } };
}

/** The mark goes when a fetch starts, not when it ends: what happens in between must set it again. */
export function unmarkBehind(state: SyncState, id: string): SyncState {
  if (!state.behind[id]) return state;
  const behind = { ...state.behind };
  delete behind[id];
  return { ...state, behind };
}

/** No longer ours to see (or gone): it leaves the page. */
export function forget(state: SyncState, id: string): SyncState {
  const without = <T>(record: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([key]) => key !== id));
  return {
    conversations: without(state.conversations),
    threads: without(state.threads),
    stale: without(state.stale),
    behind: without(state.behind),
    unknown: without(state.unknown),
    clock: without(state.clock),
  };
}
