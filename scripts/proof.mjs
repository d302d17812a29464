// Compiles benchmarks and long proofs beside the product and runs one: `node scripts/proof.mjs bench/ingest/run.ts [args]`.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build, isBuilt } from './build.mjs';

const root = path.resolve(import.meta.dirname, '..');
const [file, ...args] = process.argv.slice(2);

function run(command, list) {
  return new Promise((done) =>
    spawn(process.execPath, [command, ...list], { cwd: root, stdio: 'inherit' }).on('exit', (code) => done(code ?? 1)),
  );
}

if (!isBuilt()) await build();
const compiled = await run('node_modules/@swc/cli/bin/swc.js', [
  'bench',
  'test',
  'e2e',
  'libs/testing',
  '-d',
  'dist',
  '--ignore',
  '**/*.spec.ts',
  '-q',
]);
process.exit(compiled || (await run(path.join('dist', file.replace(/\.ts$/, '.js')), args)));
