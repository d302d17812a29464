import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ChangeView } from '#contracts';
import { inboxApi } from '../api/inbox.js';
import { onChanges } from './connection.js';
import { countNews, joinPages, movesRows } from './list.rules.js';
import type { ListFilter } from './list.rules.js';
import { onLoadAfresh, takeFetched } from './resync.js';

const PAGE = 100;
/** Bursts of events become one question: soon after the first, and not twice in 0.7 s. */
const SETTLE_MS = 80;
const EVERY_MS = 700;

interface Loaded {
  ids: string[];
  nextCursor: string | null;
  status: 'loading' | 'ready' | 'failed';
}

const EMPTY: Loaded = { ids: [], nextCursor: null, status: 'loading' };

/** Ids of one list in the server's order, kept up to date by asking the server again when something moved. */
export function useList(filter: ListFilter) {
  const [loaded, setLoaded] = useState<Loaded>(EMPTY);
  const key = JSON.stringify(filter);
  const asked = useRef({ key, at: 0, timer: 0 as unknown as ReturnType<typeof setTimeout> });

  const refresh = useCallback(async () => {
    asked.current.at = Date.now();
    try {
      const page = await inboxApi.conversations({ ...(JSON.parse(key) as ListFilter), limit: PAGE });
      if (asked.current.key !== key) return;
      takeFetched(page.items);
      const fresh = page.items.map((view) => view.id);
      setLoaded((old) => ({
        ids: joinPages(old.ids, fresh, page.nextCursor !== null),
        nextCursor: old.ids.length > fresh.length && page.nextCursor ? old.nextCursor : page.nextCursor,
        status: 'ready',
      }));
    } catch {
      if (asked.current.key === key) setLoaded((old) => (old.status === 'ready' ? old : { ...old, status: 'failed' }));
    }
  }, [key]);

  useEffect(() => {
    const state = asked.current;
    state.key = key;
    setLoaded(EMPTY);
    void refresh();
    const soon = (changes: readonly ChangeView[]) => {
      if (!changes.some(movesRows)) return;
      clearTimeout(state.timer);
      state.timer = setTimeout(() => void refresh(), Math.max(SETTLE_MS, state.at + EVERY_MS - Date.now()));
    };
    const stops = [onChanges(soon), onLoadAfresh(refresh)];
    return () => {
      clearTimeout(state.timer);
      for (const stop of stops) stop();
    };
  }, [key, refresh]);

  const more = useRef(false);
  const loadMore = useCallback(async () => {
    if (!loaded.nextCursor || more.current) return;
    more.current = true;
    try {
      const query = { ...(JSON.parse(key) as ListFilter), limit: PAGE, cursor: loaded.nextCursor };
      const page = await inboxApi.conversations(query);
      if (asked.current.key !== key) return;
      takeFetched(page.items);
      const fresh = page.items.map((view) => view.id);
      setLoaded((old) => ({ ...old, ids: [...new Set([...old.ids, ...fresh])], nextCursor: page.nextCursor }));
    } finally {
      more.current = false;
    }
  }, [key, loaded.nextCursor]);

  return { ...loaded, refresh, loadMore };
}

/**
 * Holds the order still while the pointer or the keyboard is in the list; what would move is counted instead. The
 * frozen order is adjusted while rendering (React's way of deriving state), so that no frame shows the wrong one.
 */
export function useHeld(ids: string[], held: boolean, key: string) {
  const [frozen, setFrozen] = useState({ ids, key });
  const follows = !held || frozen.key !== key || frozen.ids.length === 0 || isContinued(frozen.ids, ids);
  if (follows && (frozen.ids !== ids || frozen.key !== key)) setFrozen({ ids, key });
  const shown = follows ? ids : frozen.ids;
  const news = useMemo(() => (shown === ids ? 0 : countNews(shown, ids)), [shown, ids]);
  const release = useCallback(() => setFrozen({ ids, key }), [ids, key]);
  return { shown, news, release };
}

/** Pages loaded by scrolling are added at the end: that moves nothing. */
const isContinued = (shown: string[], ids: string[]) =>
  ids.length >= shown.length && shown.every((id, index) => ids[index] === id);
