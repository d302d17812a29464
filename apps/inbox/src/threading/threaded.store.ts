import type { Queryable } from '#database';

export async function sumThreaded(db: Queryable): Promise<{ channel: string; messages: number }[]> {
  return db.query(
    `select channel_kind as channel, sum(messages)::float8 as messages from threaded_counts group by channel_kind`,
  );
}
