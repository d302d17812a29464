import type { ConversationView, MessageView } from '#contracts';
import { inboxApi } from '../api/inbox.js';
import { isProblem } from '../api/problem.js';
import { forget, markLacking, takeConversations, takeMessages, unmarkBehind } from './snapshot.rules.js';
import { readState, writeSync } from './store.js';
import { serverNow } from './ticker.js';

/** Messages of one fetch; a long thread is opened at its end and read backwards. */
export const WINDOW = 50;
const PAGE = 200;
const TRY_AGAIN_MS = 400;

const afresh = new Set<() => void | Promise<void>>();
/** Lists register here: the first load and a resync are the same thing. */
export function onLoadAfresh(load: () => void | Promise<void>): () => void {
  afresh.add(load);
  return () => afresh.delete(load);
}

let openId: string | null = null;

/** Runs the first load again: what is on the screen is fetched, other threads are forgotten until they are opened. */
export async function loadAfresh(): Promise<void> {
  writeSync((old) => ({
    ...old,
    threads: Object.fromEntries(Object.entries(old.threads).filter(([id]) => id === openId)),
  }));
  const open = openId && readState().sync.threads[openId] ? refetch(openId) : undefined;
  await Promise.allSettled([...[...afresh].map((load) => load()), open]);
}

const busy = new Set<string>();

/** Fetches what the events could not tell in full: conversations with a gap, threads that lack their newest lines. */
export function heal(): void {
  const { stale, behind, conversations, threads } = readState().sync;
  for (const id of Object.keys(stale)) if (conversations[id]) void refetch(id);
  for (const id of Object.keys(behind)) if (threads[id]) void newest(id);
}

async function once(key: string, work: () => Promise<void>): Promise<void> {
  if (busy.has(key)) return;
  busy.add(key);
  try {
    await work();
  } catch {
    // Whatever mark asked for it stays or is set again; the next event or heartbeat tries again.
  } finally {
    busy.delete(key);
  }
}

/**
 * Takes what the server answered. Its event may come later and say nothing new by then, so the lines of an open thread
 * that the answer counts and the page lacks are asked for here.
 */
export function takeFetched(views: readonly ConversationView[]): void {
  writeSync((old) => markLacking(takeConversations(old, views, serverNow()), views));
  heal();
}

/** Fetches conversations and what is loaded of their threads again: messages may have come, gone and moved. */
export const refresh = async (ids: readonly string[]): Promise<void> => void (await Promise.all(ids.map(refetch)));

async function refetch(id: string): Promise<void> {
  await once(`conversation:${id}`, async () => {
    try {
      takeFetched([await inboxApi.conversation(id)]);
    } catch (error) {
      if (isProblem(error) && error.status === 404) writeSync((old) => forget(old, id));
      throw error;
    }
    await reload(id);
  });
  if (readState().sync.stale[id] !== undefined) setTimeout(heal, TRY_AGAIN_MS);
}

/** The loaded stretch of a thread, from its first message on, as the server has it now. */
async function reload(id: string): Promise<void> {
  const first = readState().sync.threads[id]?.messages[0]?.seq;
  if (first === undefined) return;
  writeSync((old) => unmarkBehind(old, id));
  const messages = await messagesAfter(id, first - 1);
  writeSync((old) => takeMessages(old, id, messages, { whole: true }));
}

async function messagesAfter(id: string, seq: number): Promise<MessageView[]> {
  const messages: MessageView[] = [];
  for (;;) {
    const page = await inboxApi.messages(id, { afterSeq: messages.at(-1)?.seq ?? seq, limit: PAGE });
    messages.push(...page.items);
    if (page.items.length < PAGE) return messages;
  }
}

/** Everything after the last loaded message. */
async function newest(id: string): Promise<void> {
  await once(`thread:${id}`, async () => {
    writeSync((old) => unmarkBehind(old, id));
    try {
      const messages = await messagesAfter(id, readState().sync.threads[id]?.messages.at(-1)?.seq ?? 0);
      writeSync((old) => takeMessages(old, id, messages));
    } catch (error) {
      writeSync((old) => ({ ...old, behind: { ...old.behind, [id]: true } }));
      throw error;
    }
  });
  if (readState().sync.behind[id]) setTimeout(heal, TRY_AGAIN_MS);
}

/** Opens a conversation: its newest messages, by number, so that no page boundary can move under us. */
export async function openThread(id: string): Promise<void> {
  openId = id;
  const { conversations, threads } = readState().sync;
  const view = conversations[id] ?? (await inboxApi.conversation(id));
  takeFetched([view]);
  if (threads[id]) return newest(id);
  const messages = await messagesAfter(id, Math.max(0, view.seq - WINDOW));
  writeSync((old) => takeMessages(old, id, messages));
}

export function closeThread(id: string): void {
  if (openId === id) openId = null;
}

/** The stretch before the first loaded message. */
export async function loadEarlier(id: string): Promise<void> {
  const first = readState().sync.threads[id]?.messages[0]?.seq ?? 1;
  if (first <= 1) return;
  const after = Math.max(0, first - 1 - WINDOW);
  const page = await inboxApi.messages(id, { afterSeq: after, limit: first - 1 - after });
  writeSync((old) => takeMessages(old, id, page.items));
}
