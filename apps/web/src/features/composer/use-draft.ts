import { useCallback, useEffect, useRef, useState } from 'react';
import { inboxApi } from '../../api/inbox.js';
import { readState } from '../../sync/store.js';
import { afterSending, EMPTY, fromKept, isBlank, joined, toKeep } from './draft.rules.js';
import type { Draft } from './draft.rules.js';

const SAVE_AFTER_MS = 800;

/** What stands in an open box right now, by conversation: a reply that arrives must not wipe the next one's draft. */
const written = new Map<string, Draft>();
export const hasDraft = (id: string): boolean => !isBlank(written.get(id) ?? EMPTY);

/** What the server was given to keep, by conversation, and what of it had been given when the last message left. */
const kept = new Map<string, string>();
const keptOfLast = new Map<string, string | undefined>();
/** Whether the server keeps the draft of the next message by now, not any more that of the one that leaves. */
export const nextIsKept = (id: string): boolean => hasDraft(id) && kept.get(id) !== keptOfLast.get(id);

/** What is being written, kept on the server per agent and conversation: it survives a reload, a crash, another view. */
export function useDraft(id: string) {
  const [draft, setDraft] = useState(EMPTY);
  const saved = useRef('');
  const touched = useRef(false);
  /** Before we know what is kept, an empty box says nothing about it. */
  const known = useRef(false);

  useEffect(() => {
    let left = false;
    inboxApi
      .draft(id)
      .then((found) => {
        if (left) return;
        known.current = true;
        if (!found) return;
        const before = fromKept(found);
        if (isLeaving(id, before.text)) return;
        saved.current = keyOf(before);
        setDraft((since) => joined(before, since));
      })
      .catch(() => undefined);
    return () => {
      left = true;
    };
  }, [id]);

  const change = useCallback((next: Partial<Draft>) => {
    touched.current = true;
    setDraft((old) => ({ ...old, ...next }));
  }, []);

  const latest = useRef(draft);
  latest.current = draft;
  written.set(id, draft);
  const save = useCallback(() => {
    const now = latest.current;
    if (!touched.current || keyOf(now) === saved.current || (isBlank(now) && !known.current)) return;
    known.current = true;
    saved.current = keyOf(now);
    kept.set(id, saved.current);
    inboxApi.saveDraft(id, toKeep(now)).catch(() => {
      saved.current = '';
    });
  }, [id]);
  useEffect(() => {
    const timer = setTimeout(save, SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [draft, save]);
  useEffect(() => save, [save]);

  /** Empties the box. What a held reply says stays with the server until the reply itself has arrived there. */
  const empty = useCallback(() => {
    if (latest.current.kind === 'reply') save();
    // Whatever is sent takes the kept draft along; recipients that stay have to be kept anew.
    saved.current = keyOf({ ...EMPTY, kind: latest.current.kind });
    written.set(id, afterSending(latest.current));
    keptOfLast.set(id, kept.get(id));
    setDraft(afterSending);
  }, [id, save]);

  return { draft, change, empty };
}

/** A held reply is kept as well until it has arrived: it is not what its author writes next. */
const isLeaving = (id: string, text: string): boolean =>
  readState().pending.some((pending) => pending.conversationId === id && pending.text === text.trim());

const keyOf = (draft: Draft) => JSON.stringify(toKeep(draft));
