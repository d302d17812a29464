// One jest run whose result is counted: for `npm test` and `npm run test:node24`.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

export const JEST_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

/**
 * @param patterns jest's own arguments: which specs
 * @param options node: the binary that runs them
 * @returns how many passed and failed; a run that brought no result is one failure
 */
export async function runJest(patterns, { node = process.execPath, workers, env }) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kairos-results-'));
  const file = path.join(folder, 'result.json');
  const always = ['--maxWorkers', String(workers), '--passWithNoTests', '--json', '--outputFile', file, '--forceExit'];
  const child = spawn(node, ['node_modules/jest/bin/jest.js', ...patterns, ...always], {
    cwd: root,
    env: { ...env, NODE_OPTIONS: JEST_OPTIONS },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await new Promise((done) => child.on('error', done).on('exit', done));
  try {
    if (!existsSync(file)) return { passed: 0, failed: 1 };
    const result = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: result.numPassedTests, failed: result.numFailedTests + result.numRuntimeErrorTestSuites };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
