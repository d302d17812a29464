import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dropDatabase, ensureDatabase, type Migration } from '#database';
import { type Clock, FakeClock, newId } from '#kernel';
import { type AppContext, type AppName, openContext, processParts, type ProcessParts, readConfig } from '#platform';

export interface TestInstallation {
  url: string;
  parts: ProcessParts;
  /** Connects an app to this installation's database. @param options.parts of another process than the first one's */
  open(
    app: AppName,
    migrations: Migration[],
    options?: { consumes?: boolean; parts?: ProcessParts },
  ): Promise<AppContext>;
  /** Closes what was opened and drops the database. */
  close(): Promise<void>;
}

/**
 * A database and a data folder of one's own, on the jest run's PostgreSQL.
 * @param clock a FakeClock at 2026-11-20T09:00Z unless given.
 * @param env over the defaults, as in interface.md 1.
 */
export async function testInstallation(
  clock: Clock = new FakeClock(),
  env: Record<string, string> = {},
): Promise<TestInstallation> {
  const server = process.env['KAIROS_TEST_DATABASE_URL'];
  if (!server)
    throw new Error('KAIROS_TEST_DATABASE_URL is not set: run through jest, whose global set-up starts PostgreSQL');
  const name = `t_${newId().replaceAll('-', '')}`;
  const url = await ensureDatabase(server, name);
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'kairos-data-'));
  const config = readConfig({
    DATA_DIR: dataDir,
    DATABASE_URL: url,
    LOG_LEVEL: 'silent',
    KAIROS_SECRET: 'test-secret',
    SMTP_PORT: '0',
    ...env,
  });
  const parts = processParts(config, clock);
  const closers: (() => Promise<void>)[] = [];
  return {
    url,
    parts,
    async open(app, migrations, { consumes = true, parts: own = parts } = {}) {
      const { context, close } = await openContext(app, own, migrations, { url, poolSize: 4, consumes });
      closers.push(close);
      return context;
    },
    async close() {
      for (const close of closers.reverse()) await close();
      await dropDatabase(server, name);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
