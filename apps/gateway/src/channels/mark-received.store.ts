import type { Tx } from '#database';

/** Something came in: `waiting` and `failing` become `live`. Cheap when nothing changes but the time. */
export async function markReceived(tx: Tx, channelIds: string[], at: Date): Promise<void> {
  await tx.query(
    `update channels set last_received_at = greatest(last_received_at, $2::timestamptz),
            state = case when state in ('waiting', 'failing') then 'live' else state end,
            state_reason = case when state in ('waiting', 'failing') then null else state_reason end
     where id = any($1::uuid[])
       and (state in ('waiting', 'failing') or last_received_at is null or last_received_at < $2::timestamptz - interval '1 second')`,
    [channelIds, at],
  );
}
