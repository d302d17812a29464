import type { Queryable, Tx } from '#database';

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

/** The provider or its secret makes trouble: shown in the settings until something comes in again. */
export async function markFailing(
  tx: Queryable,
  channelId: string,
  state: 'failing' | 'needs_sign_in',
  reason: string,
): Promise<void> {
  await tx.query(
    `update channels set state = $2, state_reason = $3
     where id = $1 and removed_at is null and (state, coalesce(state_reason, '')) is distinct from ($2, $3)`,
    [channelId, state, reason.slice(0, 500)],
  );
}
