// One throw-away PostgreSQL for a whole jest run; every test file makes its own database in it.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

export default async function globalSetup() {
  if (process.env.KAIROS_TEST_DATABASE_URL) return;
  const swc = path.join(root, 'node_modules/.bin/swc');
  const out = path.join(root, '.cache/test');
  execFileSync(swc, ['libs/database/src', '-d', out, '--strip-leading-paths', '-q'], { cwd: root });
  const { startEmbeddedPostgres } = await import(path.join(out, 'database/src/embedded-postgres.js'));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kairos-test-'));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    folder: path.join(folder, 'postgres'),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  process.env.KAIROS_TEST_DATABASE_URL = server.url;
  globalThis.kairosTestPostgres = { server, folder };
}

export async function teardown() {
  const running = globalThis.kairosTestPostgres;
  if (!running) return;
  await running.server.stop();
  rmSync(running.folder, { recursive: true, force: true, maxRetries: 5 });
}
