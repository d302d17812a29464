import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ChangeView } from '#contracts';
import { onChanges } from '../../sync/connection.js';
import { onLoadAfresh } from '../../sync/resync.js';

const COUNT_EVERY_MS = 1_500;

/** Numbers beside the views, and directories, follow the events: asked for again, at most every second and a half. */
export function useLiveNumbers(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const count = () => {
      timer ??= setTimeout(() => {
        timer = null;
        void queries.invalidateQueries({ queryKey: ['counts'] });
      }, COUNT_EVERY_MS);
    };
    const follow = (changes: readonly ChangeView[]) => {
      for (const { type } of changes) {
        if (type === 'person.changed') void queries.invalidateQueries({ queryKey: ['people'] });
        else if (type === 'team.changed') void queries.invalidateQueries({ queryKey: ['teams'] });
        else if (type === 'channel.changed') void queries.invalidateQueries({ queryKey: ['channels'] });
        else if (type.startsWith('customer.')) {
          for (const key of ['customer', 'earlier', 'open-waits']) void queries.invalidateQueries({ queryKey: [key] });
        } else if (type.startsWith('wait.')) void queries.invalidateQueries({ queryKey: ['open-waits'] });
      }
      count();
    };
    const stops = [onChanges(follow), onLoadAfresh(count)];
    return () => {
      if (timer) clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [queries]);
}
