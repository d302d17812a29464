import type { Queryable, Tx } from '#database';

export type VersionName = 'people' | 'channels';

export async function loadVersions(db: Queryable): Promise<{ name: VersionName; version: number }[]> {
  return db.query('select name, version::float8 as version from versions');
}

/** Also the lock under which changes of one kind happen one after the other. */
export async function bumpVersion(tx: Tx, name: VersionName): Promise<number> {
  const [row] = await tx.query<{ version: number }>(
    'update versions set version = version + 1 where name = $1 returning version::float8 as version',
    [name],
  );
  return row!.version;
}
