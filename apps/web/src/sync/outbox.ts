import type { MessageView } from '#contracts';
import { inboxApi } from '../api/inbox.js';
import { isProblem } from '../api/problem.js';
import { clientId as newId } from './client-id.js';
import { heal } from './resync.js';
import type { Pending } from './state.rules.js';
import { takeMessages } from './snapshot.rules.js';
import { readState, writeState, writeSync } from './store.js';

/** How long a reply waits for a second thought. */
export const UNDO_MS = 10_000;
const TRY_AGAIN_MS = 3_000;

export interface Outcome {
  /** A colleague or the customer wrote publicly in the meantime: the author decides. */
  crossed: (pending: Pending, newer: MessageView[]) => void;
  refused: (pending: Pending, error: unknown) => void;
  sent: (pending: Pending) => void;
  /** Whether the author has begun the next message there: its draft must outlive the one that leaves. */
  begun: (conversationId: string) => boolean;
}

let outcome: Outcome | null = null;
/** The page's answer to what becomes of a reply; one composer room listens. */
export function onOutcome(listener: Outcome): () => void {
  outcome = listener;
  return () => {
    if (outcome === listener) outcome = null;
  };
}

const timers = new Map<string, ReturnType<typeof setTimeout>>();

export type Outgoing = Omit<Pending, 'clientId' | 'state' | 'releaseAt' | 'at'>;

/** Shows the message at once; a reply is held for the undo time, a note leaves at once. */
export function put(
  outgoing: Outgoing,
  holdMs = outgoing.kind === 'reply' && !outgoing.confirm ? UNDO_MS : 0,
): Pending {
  const pending: Pending = {
    ...outgoing,
    clientId: newId(),
    state: holdMs > 0 ? 'holding' : 'sending',
    releaseAt: Date.now() + holdMs,
    at: new Date().toISOString(),
  };
  writeState((old) => ({ ...old, pending: [...old.pending, pending] }));
  if (holdMs > 0)
    timers.set(
      pending.clientId,
      setTimeout(() => release(pending.clientId), holdMs),
    );
  else void send(pending);
  return pending;
}

/** Takes a held reply back; answers it so that its text can return to the composer. */
export function undo(clientId: string): Pending | undefined {
  const pending = held(clientId);
  if (!pending) return undefined;
  clearTimeout(timers.get(clientId));
  timers.delete(clientId);
  drop(clientId);
  return pending;
}

/** Ends the wait before its time: "send now", or the page is closing. */
export function release(clientId: string, keepalive = false): void {
  const pending = held(clientId);
  if (!pending) return;
  clearTimeout(timers.get(clientId));
  timers.delete(clientId);
  update(clientId, { state: 'sending' });
  void send(pending, keepalive);
}

const held = (clientId: string) =>
  readState().pending.find((pending) => pending.clientId === clientId && pending.state === 'holding');

async function send(pending: Pending, keepalive = false): Promise<void> {
  const { conversationId: id, clientId, text } = pending;
  const keepDraft = outcome?.begun(id) ?? false;
  try {
    const message =
      pending.kind === 'note'
        ? await inboxApi.note(id, { clientId, text, keepDraft }, keepalive)
        : await inboxApi.reply(id, { ...replyOf(pending), keepDraft }, keepalive);
    accept(pending, message);
  } catch (error) {
    // The network, not a refusal: the same clientId again can never send twice.
    if (isProblem(error) && error.passing) {
      setTimeout(() => readState().pending.some((p) => p.clientId === clientId) && void send(pending), TRY_AGAIN_MS);
      return;
    }
    drop(clientId);
    if (isProblem(error, 'newer_messages')) outcome?.crossed(pending, (error.body.newer as MessageView[]) ?? []);
    else outcome?.refused(pending, error);
  }
}

function replyOf(pending: Pending) {
  return {
    clientId: pending.clientId,
    text: pending.text,
    seenSeq: pending.seenSeq,
    ...(pending.channelId ? { channelId: pending.channelId } : {}),
    ...(pending.attachments.length > 0 ? { attachments: pending.attachments.map(({ id }) => ({ id })) } : {}),
    ...(pending.recipients ?? {}),
    ...(pending.confirm ? { confirm: true } : {}),
  };
}

function accept(pending: Pending, message: MessageView): void {
  const thread = readState().sync.threads[pending.conversationId];
  const last = thread?.messages.at(-1)?.seq ?? 0;
  // Only the next in line may be joined; with a gap the thread fetches what lies between.
  if (thread && message.seq <= last + 1) writeSync((old) => takeMessages(old, pending.conversationId, [message]));
  else if (thread) {
    writeSync((old) => ({ ...old, behind: { ...old.behind, [pending.conversationId]: true } }));
    heal();
  }
  drop(pending.clientId);
  outcome?.sent(pending);
}

function drop(clientId: string): void {
  writeState((old) => ({ ...old, pending: old.pending.filter((pending) => pending.clientId !== clientId) }));
}

function update(clientId: string, change: Partial<Pending>): void {
  writeState((old) => ({
    ...old,
    pending: old.pending.map((pending) => (pending.clientId === clientId ? { ...pending, ...change } : pending)),
  }));
}

/** Held replies leave when the page does; their drafts stay on the server until the answer, so none is lost. */
export function releaseAll(): void {
  for (const pending of readState().pending) if (pending.state === 'holding') release(pending.clientId, true);
}
