import type { ChannelKind, ChannelState } from '#contracts';
import { type Queryable, type Tx, violatedConstraint } from '#database';
import { conflict } from '#kernel';

export interface ChannelRow {
  id: string;
  kind: ChannelKind;
  name: string;
  config: Record<string, unknown>;
  address: string;
  replyBase: string | null;
  sealedSecrets: string;
  teamIds: string[];
  websiteToken: string | null;
  state: ChannelState;
  stateReason: string | null;
  lastReceivedAt: Date | null;
  createdAt: Date;
}

const COLUMNS = `id, kind, name, config, address, reply_base as "replyBase", sealed_secrets as "sealedSecrets",
  team_ids as "teamIds", website_token as "websiteToken", state, state_reason as "stateReason",
  last_received_at as "lastReceivedAt", created_at as "createdAt"`;

/** Who may see which: null sees all, others their teams' channels and those of everybody. */
const VISIBLE = `removed_at is null and ($1::uuid[] is null or team_ids = '{}' or team_ids && $1)`;

export async function listChannels(
  db: Queryable,
  teamIds: string[] | null,
  after: string | null,
  limit: number,
): Promise<ChannelRow[]> {
  return db.query<ChannelRow>(
    `select ${COLUMNS} from channels where ${VISIBLE} and ($2::uuid is null or id > $2) order by id limit $3`,
    [teamIds, after, limit],
  );
}

export async function loadChannel(db: Queryable, teamIds: string[] | null, id: string): Promise<ChannelRow | null> {
  const [row] = await db.query<ChannelRow>(`select ${COLUMNS} from channels where ${VISIBLE} and id = $2`, [
    teamIds,
    id,
  ]);
  return row ?? null;
}

export async function lockChannel(tx: Tx, id: string): Promise<ChannelRow | null> {
  const [row] = await tx.query<ChannelRow>(
    `select ${COLUMNS} from channels where id = $1 and removed_at is null for update`,
    [id],
  );
  return row ?? null;
}

/** Everything that can receive, for the directory in memory. */
export async function loadReceiving(db: Queryable): Promise<ChannelRow[]> {
  return db.query<ChannelRow>(`select ${COLUMNS} from channels where removed_at is null and state <> 'off'`);
}

/** Inserts or overwrites all but what ingress writes. @throws DomainError address_taken */
export async function saveChannel(tx: Tx, row: ChannelRow, now: Date): Promise<void> {
  try {
    await tx.query(
      `insert into channels (id, kind, name, config, address, reply_base, sealed_secrets, team_ids, website_token,
                             state, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8::uuid[], $9, $10, $11, $11)
       on conflict (id) do update set name = $3, config = $4, address = $5, reply_base = $6, sealed_secrets = $7,
                                      team_ids = $8::uuid[], updated_at = $11`,
      [
        row.id,
        row.kind,
        row.name,
        JSON.stringify(row.config),
        row.address,
        row.replyBase,
        row.sealedSecrets,
        row.teamIds,
        row.websiteToken,
        row.state,
        now,
      ],
    );
  } catch (error) {
    throw addressTaken(error, row) ?? error;
  }
}

/** Its name and messages stay, its secrets do not. */
export async function removeChannel(tx: Tx, id: string, sealedNothing: string, now: Date): Promise<void> {
  await tx.query(
    `update channels set removed_at = $3::timestamptz, updated_at = $3::timestamptz, state = 'off', sealed_secrets = $2
     where id = $1`,
    [id, sealedNothing, now],
  );
}

function addressTaken(error: unknown, row: ChannelRow): Error | null {
  const constraint = violatedConstraint(error);
  if (constraint === 'channels_address_key') {
    return conflict(
      'address_taken',
      `Another ${row.kind} channel already has ${row.address}. Change or remove that one first.`,
    );
  }
  if (constraint === 'channels_reply_base_key') {
    return conflict(
      'address_taken',
      `Another channel's address has the same first 28 characters as ${row.address}, so replies could not be told apart. Choose another address.`,
    );
  }
  return null;
}
