import pg from 'pg';

export interface PreparedSchema {
  schema: string;
  /** Null where the login may not make roles: the app then works as the login itself. */
  role: string | null;
}

/**
 * Makes the schema of one app, the role that may use only it, and the shared `log` schema (idempotent, safe to run from
 * several processes at once). A neighbour's tables stay out of reach: a cross-read fails with "permission denied".
 */
export async function prepareSchema(url: string, schema: string): Promise<PreparedSchema> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(718104)');
    const role = await makeRole(client, `kairos_${schema}`);
    await client.query(`create schema if not exists ${schema}`);
    await client.query('create schema if not exists log');
    if (role) {
      await client.query(`alter schema ${schema} owner to ${role}`);
      await client.query(`grant usage on schema log to ${role}`);
    }
    return { schema, role };
  } finally {
    await client.end();
  }
}

async function makeRole(client: pg.Client, role: string): Promise<string | null> {
  try {
    const { rows } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    if (rows.length === 0) await client.query(`create role ${role} nologin`).catch(unlessMadeMeanwhile);
    await client.query(`grant ${role} to current_user`);
    return role;
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return null; // insufficient_privilege
    throw error;
  }
}

/** Roles belong to the whole server: another of its databases may be prepared at this moment, under a lock of its own. */
function unlessMadeMeanwhile(error: unknown): void {
  const { code } = error as { code?: string };
  if (code !== '23505' && code !== '42710') throw error;
}

/** Runs statements as the login itself (not as an app's role), for what all apps share. */
export async function runAsOwner(url: string, statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(718104)');
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Runs `work` while no other process of this database runs one of that name. */
export async function alone(url: string, name: string, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(718107, hashtext($1))', [name]);
    await work();
  } finally {
    await client.end();
  }
}

/** Creates a database on the server of `url` unless it is there; answers the url that names it. */
export async function ensureDatabase(url: string, name: string, template?: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rows.length === 0) await client.query(`create database "${name}"${template ? ` template "${template}"` : ''}`);
  } finally {
    await client.end();
  }
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.toString();
}

export async function dropDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`drop database if exists "${name}" with (force)`);
  } finally {
    await client.end();
  }
}
