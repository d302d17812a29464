import { DELIVERY_STATES } from '#contracts';
import type { ChangeView, ConversationFacts, ConversationView, EventPayloads, EventType } from '#contracts';
import type { SyncState } from './state.rules.js';

/**
 * The one function that brings the page up to date: state and event in, state out. Conversation events are taken in
 * order of `version` (known or lower: dropped; next: applied; gap: fetched again). Where an event does not tell the
 * whole new state, the conversation is marked stale instead of guessed at.
 */
export function apply(before: SyncState, change: ChangeView): SyncState {
  const state = change.type === 'message.corrected' ? applyCorrection(before, change) : before;
  if (change.type.startsWith('wait.') || change.type.startsWith('escalation.')) return applyWait(state, change);
  if (change.type === 'delivery.changed') return applyDelivery(state, change);
  if (change.type.startsWith('customer.')) return applyCustomer(state, change);
  const id = change.conversationId;
  if (!id || !(change.type.startsWith('message.') || change.type.startsWith('conversation.'))) return state;
  const known = state.conversations[id];
  if (!known) return marked(state, 'unknown', id);
  if (change.version === null) return marked(stale(state, id, known.version), 'behind', id);
  if (change.version <= known.version) return state;
  if (change.version > known.version + 1) return marked(stale(state, id, change.version), 'behind', id);
  const next = patched(known, change);
  const moved = { ...state, conversations: { ...state.conversations, [id]: { ...next, version: change.version } } };
  const withThread = state.threads[id] ? marked(moved, 'behind', id) : moved;
  if (!NEEDS_REFETCH.has(change.type)) return withThread;
  return staleOther(stale(withThread, id, change.version), change);
}

export const applyAll = (state: SyncState, changes: readonly ChangeView[]): SyncState => changes.reduce(apply, state);

/** Links and moved messages are told in full by the server alone. */
const NEEDS_REFETCH = new Set([
  'conversation.merged',
  'conversation.unmerged',
  'conversation.split',
  'conversation.linked',
]);

/** A merge that is taken back says nothing in the other conversation, which loses its link all the same. */
function staleOther(state: SyncState, change: ChangeView): SyncState {
  if (change.type !== 'conversation.unmerged') return state;
  const other = state.conversations[payloadOf<'conversation.unmerged'>(change).fromId];
  return other ? stale(state, other.id, other.version) : state;
}

/** The feed's items are typed loosely on the wire; here the contract's own payload types come back. */
const payloadOf = <T extends EventType>(change: ChangeView) => change.payload as unknown as EventPayloads[T];

function patched(old: ConversationView, change: ChangeView): ConversationView {
  const facts = change.payload.conversation as ConversationFacts | undefined;
  const base = facts ? withFacts(old, facts) : old;
  switch (change.type) {
    case 'message.received': {
      const p = payloadOf<'message.received'>(change);
      return { ...withMessage(base, p, p.receivedAt), replyChannelId: p.channelId };
    }
    case 'message.replied': {
      const p = payloadOf<'message.replied'>(change);
      return withMessage(base, p, p.at);
    }
    case 'message.noted':
      return { ...base, seq: Math.max(base.seq, payloadOf<'message.noted'>(change).messageSeq) };
    case 'conversation.status_changed': {
      const p = payloadOf<'conversation.status_changed'>(change);
      return { ...base, status: p.to, snoozedUntil: p.to === 'snoozed' ? p.snoozedUntil : null };
    }
    case 'conversation.assigned': {
      const p = payloadOf<'conversation.assigned'>(change);
      return { ...base, assigneeId: p.to.assigneeId, teamId: p.to.teamId };
    }
    case 'conversation.priority_changed':
      return { ...base, priority: payloadOf<'conversation.priority_changed'>(change).to };
    case 'conversation.tags_changed':
      return { ...base, tags: payloadOf<'conversation.tags_changed'>(change).to };
    default:
      return base;
  }
}

function withFacts(old: ConversationView, facts: ConversationFacts): ConversationView {
  return {
    ...old,
    customer: facts.customer,
    status: facts.status,
    snoozedUntil: facts.status === 'snoozed' ? old.snoozedUntil : null,
    priority: facts.priority,
    tags: facts.tags,
    subject: facts.subject,
    assigneeId: facts.audience.assigneeId,
    teamId: facts.audience.teamId,
    // System lines take a number too; an event that names the last number saves a fetch.
    seq: Math.max(old.seq, facts.lastSeq ?? 0),
  };
}

type MessageEvent = EventPayloads['message.received'] | EventPayloads['message.replied'];

function withMessage(old: ConversationView, event: MessageEvent, at: string): ConversationView {
  return {
    ...old,
    seq: Math.max(old.seq, event.messageSeq),
    preview: event.preview,
    lastMessageAt: at > old.lastMessageAt ? at : old.lastMessageAt,
    channelKinds: including(old.channelKinds, event.channelKind),
    channelIds: including(old.channelIds, event.channelId),
  };
}

function applyWait(state: SyncState, change: ChangeView): SyncState {
  const id = change.conversationId;
  if (!id || !('due' in change.payload)) return state;
  const due = payloadOf<'wait.opened'>(change).due;
  const known = state.conversations[id];
  if (!known) return marked(state, 'unknown', id);
  const clock = { ...state.clock, [id]: { due, eventAt: change.occurredAt } };
  return { ...state, clock, conversations: { ...state.conversations, [id]: { ...known, due } } };
}

function applyDelivery(state: SyncState, change: ChangeView): SyncState {
  const id = change.conversationId;
  const thread = id ? state.threads[id] : undefined;
  if (!id || !thread) return state;
  const p = payloadOf<'delivery.changed'>(change);
  const messages = thread.messages.map((message) =>
    message.id === p.messageId && message.delivery?.state !== p.to
      ? { ...message, delivery: { state: p.to, reason: p.reason, providerId: p.providerId } }
      : message,
  );
  const known = DELIVERY_STATES.includes(p.to) && messages.some((message) => message.id === p.messageId);
  const next = { ...state, threads: { ...state.threads, [id]: { ...thread, messages } } };
  return known ? next : marked(next, 'behind', id);
}

/**
 * A message of the thread that was set aside is an ordinary one from now on, whether or not the conversation itself has
 * been fetched since: a thread fetches only what is newer than it has.
 */
function applyCorrection(state: SyncState, change: ChangeView): SyncState {
  const id = change.conversationId;
  const thread = id ? state.threads[id] : undefined;
  if (!id || !thread) return state;
  const { messageId } = payloadOf<'message.corrected'>(change);
  const messages = thread.messages.map((message) =>
    message.id === messageId ? { ...message, automatic: false, courtesy: false } : message,
  );
  return { ...state, threads: { ...state.threads, [id]: { ...thread, messages } } };
}

/** A person's name or identity changed: it shows in each of their conversations. */
function applyCustomer(state: SyncState, change: ChangeView): SyncState {
  const p = payloadOf<'customer.changed'>(change);
  const ids = new Set([...(p.conversationIds ?? []), ...(change.conversationId ? [change.conversationId] : [])]);
  let next = state;
  for (const id of ids) {
    const known = next.conversations[id];
    if (!known) continue;
    if (change.type === 'customer.changed') {
      const customer = { ...known.customer, displayName: p.displayName };
      next = { ...next, conversations: { ...next.conversations, [id]: { ...known, customer } } };
      // It may count as one of the conversation's own versions; the fetch settles that without a false gap.
      if (change.version !== null) next = stale(next, id, known.version);
    } else next = stale(next, id, known.version);
  }
  return next;
}

function marked(state: SyncState, mark: 'behind' | 'unknown', id: string): SyncState {
  return state[mark][id] ? state : { ...state, [mark]: { ...state[mark], [id]: true } };
}

function stale(state: SyncState, id: string, version: number): SyncState {
  return (state.stale[id] ?? -1) >= version ? state : { ...state, stale: { ...state.stale, [id]: version } };
}

const including = <T>(list: T[], item: T): T[] => (list.includes(item) ? list : [...list, item]);
