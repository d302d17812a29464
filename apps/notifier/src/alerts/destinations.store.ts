import type { DestinationKind } from '#contracts';
import type { Queryable, Tx } from '#database';

export interface DestinationRow {
  id: string;
  kind: DestinationKind;
  name: string;
  config: { channel?: string; address?: string; url?: string; channelId?: string };
  sealedSecrets: string | null;
  state: 'live' | 'failing';
  stateReason: string | null;
  slackChannelId: string | null;
}

const ROW = `id, kind, name, config, sealed_secrets as "sealedSecrets", state, state_reason as "stateReason",
  slack_channel_id as "slackChannelId"`;

export async function listDestinations(
  db: Queryable,
  page: { afterId: string | null; limit: number },
): Promise<DestinationRow[]> {
  return db.query<DestinationRow>(
    `select ${ROW} from destinations where removed_at is null and ($1::uuid is null or id > $1::uuid)
     order by id limit $2`,
    [page.afterId, page.limit],
  );
}

export async function loadDestination(db: Queryable, id: string): Promise<DestinationRow | null> {
  const [row] = await db.query<DestinationRow>(`select ${ROW} from destinations where id = $1 and removed_at is null`, [
    id,
  ]);
  return row ?? null;
}

/** All in use, locked in id order: who counts a minute's alerts of a destination must be alone with it. */
export async function lockDestinations(tx: Tx): Promise<DestinationRow[]> {
  return tx.query<DestinationRow>(`select ${ROW} from destinations where removed_at is null order by id for update`);
}

export async function insertDestination(
  tx: Tx,
  row: Pick<DestinationRow, 'id' | 'kind' | 'name' | 'config' | 'sealedSecrets'>,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into destinations (id, kind, name, config, sealed_secrets, created_at, updated_at)
     values ($1, $2, $3, $4::jsonb, $5, $6::timestamptz, $6::timestamptz)`,
    [row.id, row.kind, row.name, JSON.stringify(row.config), row.sealedSecrets, now],
  );
}

/** The one of the environment: made once, follows the environment, stays removed when somebody removed it. */
export async function keepDestination(
  db: Queryable,
  row: Pick<DestinationRow, 'id' | 'kind' | 'name' | 'config' | 'sealedSecrets'>,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into destinations as d (id, kind, name, config, sealed_secrets, created_at, updated_at)
     values ($1, $2, $3, $4::jsonb, $5, $6::timestamptz, $6::timestamptz)
     on conflict (id) do update set config = excluded.config, sealed_secrets = excluded.sealed_secrets,
       slack_channel_id = case when d.config = excluded.config then d.slack_channel_id end,
       updated_at = excluded.updated_at`,
    [row.id, row.kind, row.name, JSON.stringify(row.config), row.sealedSecrets, now],
  );
}

/** A changed destination is believed to work until it is tried. */
export async function updateDestination(
  tx: Tx,
  row: Pick<DestinationRow, 'id' | 'name' | 'config' | 'sealedSecrets'>,
  now: Date,
): Promise<void> {
  await tx.query(
    `update destinations set name = $2, config = $3::jsonb, sealed_secrets = $4, state = 'live', state_reason = null,
       slack_channel_id = case when config = $3::jsonb then slack_channel_id end, paused_until = null,
       updated_at = $5::timestamptz
     where id = $1`,
    [row.id, row.name, JSON.stringify(row.config), row.sealedSecrets, now],
  );
  // what failed for want of the right settings is tried again now
  await tx.query(`update slack_messages set next_at = $2::timestamptz where destination_id = $1 and state = 'queued'`, [
    row.id,
    now,
  ]);
}

export async function removeDestination(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.query('update destinations set removed_at = $2::timestamptz where id = $1', [id, now]);
  const gone = 'The destination was removed';
  await tx.query(
    `update slack_messages set state = case when state = 'queued' then 'skipped' else state end, reason = $2, next_at = null
     where destination_id = $1 and state in ('queued', 'sent') and worker is null`,
    [id, gone],
  );
  await tx.query(
    `update alerts set state = 'skipped', reason = $2, next_at = null where destination_id = $1 and state = 'queued'`,
    [id, gone],
  );
}

/** How it goes there, written only when it changes. */
export async function markDestination(
  db: Queryable,
  id: string,
  health: { state: 'live' | 'failing'; reason: string | null; slackChannelId?: string; pausedUntil?: Date },
): Promise<void> {
  await db.query(
    `update destinations set state = $2, state_reason = $3, slack_channel_id = coalesce($4, slack_channel_id),
       paused_until = coalesce($5::timestamptz, paused_until)
     where id = $1 and (state, state_reason) is distinct from ($2, $3)
       or id = $1 and ($4::text is distinct from slack_channel_id and $4::text is not null or $5::timestamptz is not null)`,
    [id, health.state, health.reason, health.slackChannelId ?? null, health.pausedUntil ?? null],
  );
}
