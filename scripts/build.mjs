// Compiles apps and libs to dist/ (swc) and bundles the two pages (vite). `--if-needed` does nothing when dist is fresh.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const stamp = path.join(root, 'dist', '.built');

/** The newest change below these folders, in ms since the epoch. */
function newestChange(folders) {
  let newest = 0;
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist') continue;
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(file);
      else if (!/\.spec\.tsx?$/.test(entry.name)) newest = Math.max(newest, statSync(file).mtimeMs);
    }
  };
  for (const folder of folders) visit(path.join(root, folder));
  return Math.max(newest, statSync(path.join(root, 'package-lock.json')).mtimeMs);
}

export function isBuilt() {
  // sources may be left out of an image: then what was built is what there is
  if (!existsSync(stamp)) return false;
  if (!existsSync(path.join(root, 'libs'))) return true;
  return statSync(stamp).mtimeMs >= newestChange(['apps', 'libs']);
}

function run(command, args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules', command), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`${command} ended with ${code}:\n${output}`))));
  });
}

const swc = () =>
  run('@swc/cli/bin/swc.js', [
    'apps',
    'libs',
    '-d',
    'dist',
    '--ignore',
    '**/*.spec.ts,**/*.d.ts,apps/web/**,apps/widget/**,libs/testing/**',
    '-q',
  ]);
const vite = (app) =>
  run('vite/bin/vite.js', ['build', '--config', `apps/${app}/vite.config.ts`, '--logLevel', 'warn']);

/** @param only 'server' leaves the pages as they are */
export async function build(only) {
  const began = Date.now();
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  for (const folder of ['apps', 'libs']) rmSync(path.join(root, 'dist', folder), { recursive: true, force: true });
  const pages =
    only === 'server'
      ? []
      : ['web', 'widget'].filter((app) => existsSync(path.join(root, 'apps', app, 'vite.config.ts')));
  await Promise.all([swc(), pages.reduce((before, app) => before.then(() => vite(app)), Promise.resolve())]);
  writeFileSync(stamp, new Date(began).toISOString());
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--if-needed') && isBuilt()) process.exit(0);
  await build(process.argv.includes('--server') ? 'server' : undefined);
}
