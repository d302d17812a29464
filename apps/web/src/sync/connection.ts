import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { AgentClientEvents, AgentServerEvents, ChangeView } from '#contracts';
import { applyAll } from './apply.rules.js';
import { heal, loadAfresh } from './resync.js';
import { readState, writeState, writeSync } from './store.js';

/**
 * The wire. Events arrive live; every (re)connect and every quarter of a minute asks `sync {cursor}` for what came
 * after the last known cursor, so that an event lost on the way, or a socket that pings and delivers nothing, is
 * caught up without a reload. Repeats are dropped by id.
 */
const HEARTBEAT_MS = 15_000;
const PRESENCE_REPEAT_MS = 20_000;
const TYPING_EVERY_MS = 3_000;
const ACK_TIMEOUT_MS = 8_000;
/** As many ids as the server would ever replay. */
const REMEMBERED = 6_000;

let socket: Socket<AgentServerEvents, AgentClientEvents> | null = null;
let cursor = '';
let watched: string | null = null;
let lastTyping = 0;
let timers: ReturnType<typeof setInterval>[] = [];
const seen = new Set<string>();

export function connect(): void {
  if (socket) return;
  socket = io('/agents', { withCredentials: true, transports: ['websocket', 'polling'], reconnectionDelayMax: 5_000 });
  socket.on('connect', () => {
    setConnection('live');
    void catchUp();
    if (watched) socket?.emit('watch', { conversationId: watched });
  });
  socket.on('disconnect', () => setConnection('reconnecting'));
  socket.on('connect_error', () => setConnection(cursor ? 'reconnecting' : 'connecting'));
  socket.on('event', (change) => take([change]));
  socket.on('presence', ({ conversationId, viewing, typing }) =>
    writeState((old) => ({ ...old, presence: { ...old.presence, [conversationId]: { viewing, typing } } })),
  );
  timers = [
    setInterval(() => void catchUp(), HEARTBEAT_MS),
    // A watch is forgotten by the server unless it is said again; presence is never stored.
    setInterval(() => watched && socket?.emit('watch', { conversationId: watched }), PRESENCE_REPEAT_MS),
  ];
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', wake);
}

export function disconnect(): void {
  for (const timer of timers) clearInterval(timer);
  removeEventListener('online', wake);
  document.removeEventListener('visibilitychange', wake);
  socket?.disconnect();
  socket = null;
  cursor = '';
  watched = null;
  seen.clear();
}

function wake(): void {
  if (document.visibilityState === 'hidden') return;
  if (socket && !socket.connected) socket.connect();
  else void catchUp();
}

let asking = false;
/** Asks for everything after the cursor; an unknown cursor or too much to tell runs the first load again. */
export async function catchUp(): Promise<void> {
  if (!socket?.connected || asking) return;
  asking = true;
  try {
    const answer = await socket.timeout(ACK_TIMEOUT_MS).emitWithAck('sync', { cursor });
    cursor = answer.cursor;
    if (answer.resync) await loadAfresh();
    else take(answer.items);
  } catch {
    // No answer: the socket looks alive and is not. Reconnecting asks again.
    if (socket?.connected) socket.disconnect().connect();
  } finally {
    asking = false;
  }
}

/** Applies events in the order they came and then mends what they could not tell in full. */
function take(changes: readonly ChangeView[]): void {
  const fresh = changes.filter((change) => !seen.has(change.id));
  if (fresh.length === 0) return;
  for (const change of fresh) seen.add(change.id);
  for (const id of seen) {
    if (seen.size <= REMEMBERED) break;
    seen.delete(id);
  }
  writeSync((old) => applyAll(old, fresh));
  for (const listener of changeListeners) listener(fresh);
  heal();
}

const changeListeners = new Set<(changes: readonly ChangeView[]) => void>();
/** For what is counted rather than kept: list membership, numbers beside the views, names of people. */
export function onChanges(listener: (changes: readonly ChangeView[]) => void): () => void {
  changeListeners.add(listener);
  return () => changeListeners.delete(listener);
}

export function watch(conversationId: string): () => void {
  watched = conversationId;
  socket?.emit('watch', { conversationId });
  return () => {
    if (watched === conversationId) watched = null;
    socket?.emit('unwatch', { conversationId });
  };
}

export function tellTyping(conversationId: string): void {
  const now = Date.now();
  if (now - lastTyping < TYPING_EVERY_MS) return;
  lastTyping = now;
  socket?.volatile.emit('typing', { conversationId });
}

function setConnection(connection: 'connecting' | 'live' | 'reconnecting'): void {
  if (readState().connection !== connection) writeState((old) => ({ ...old, connection }));
}
