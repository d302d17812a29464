import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

it('the description of the answers was made from the controllers as they are', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/api-answers.mjs', '--check'], { cwd: root });
  expect([status, stderr.toString()]).toEqual([0, '']);
});
