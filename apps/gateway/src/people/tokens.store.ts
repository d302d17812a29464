import type { TokenView } from '#contracts';
import type { Queryable, Tx } from '#database';

export interface NewToken {
  id: string;
  personId: string;
  name: string;
  tokenHash: string;
  scopes: string[];
  expiresAt: Date;
}

export async function insertToken(tx: Tx, token: NewToken, now: Date): Promise<void> {
  await tx.query(
    `insert into api_tokens (id, person_id, name, token_hash, scopes, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [token.id, token.personId, token.name, token.tokenHash, token.scopes, now, token.expiresAt],
  );
}

/** Newest first. */
export async function listTokens(
  db: Queryable,
  personId: string,
  before: string | null,
  limit: number,
): Promise<TokenView[]> {
  const rows = await db.query<Omit<TokenView, 'createdAt' | 'lastUsedAt' | 'expiresAt'> & Record<string, Date | null>>(
    `select id, name, scopes, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt"
     from api_tokens where person_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [personId, before, limit],
  );
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt!.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt!.toISOString(),
  })) as TokenView[];
}

/** False when this person has no such token. */
export async function deleteToken(tx: Tx, personId: string, id: string): Promise<boolean> {
  const rows = await tx.query('delete from api_tokens where id = $2 and person_id = $1 returning id', [personId, id]);
  return rows.length > 0;
}
