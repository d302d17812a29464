// `npm run test:node24`: rules, stores and apps on Node 24 from npm, and one start of the built product on it; the rest
// of the tests runs on the Node that is there. With CI=true a Node 24 that cannot be had is a failure.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { build, isBuilt } from './build.mjs';
import { runJest } from './jest.mjs';

const root = path.resolve(import.meta.dirname, '..');
const READY_MS = 120_000;
/** The product promises to end within 10 s. */
const END_MS = 15_000;

const node = await fetchNode24().catch((error) => error);
if (node instanceof Error) {
  const ci = process.env.CI === 'true';
  console.log(
    `\n!!! MISSING Node 24 (${node.message}): its tests ${ci ? 'cannot run, a failure with CI=true' : 'ARE SKIPPED'} !!!`,
  );
  process.exit(ci ? 1 : 0);
}
// what starts by its shebang runs on it too
const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
console.log(`Node ${version}: rules, stores, apps; one start`);
if (!isBuilt()) await build();
const started = await startOnce().then(
  () => {
    console.log('PASS one start to "ready" and a clean end');
    return { passed: 1, failed: 0 };
  },
  (error) => {
    console.error(`FAIL one start on Node ${version}: ${error.message}`);
    return { passed: 0, failed: 1 };
  },
);
const specs = await runJest(
  [
    '--testPathPatterns',
    '(^|/)(apps|libs)/',
    '--testPathIgnorePatterns',
    '/node_modules/',
    '/dist/',
    '\\.(kafka|browser)\\.spec|corpus\\.spec',
  ],
  { node, workers: 2, env },
);
const [passed, failed] = [specs.passed + started.passed, specs.failed + started.failed];
console.log(`Node ${version}: ${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 1 ? 0 : 1);

/** Its binary, installed once per user. @throws Error in words when npm has none for this machine */
async function fetchNode24() {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  const folder = path.join(cache, 'kairos', 'node24');
  const binary = path.join(folder, 'node_modules', 'node', 'bin', 'node');
  if (works(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  // the package fetches the machine's binary by an install script, which newer npm has to be told to run
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error'];
  execFileSync('npm', ['install', '--prefix', folder, ...quiet, 'node@24'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (!works(binary)) throw new Error(`npm install node@24 left no binary in ${folder}`);
  return binary;
}

function works(binary) {
  try {
    return existsSync(binary) && /^v24\./.test(execFileSync(binary, ['--version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}

/** To its "ready" line with a database of its own, then SIGTERM: it ends by itself, with 0, in good time. */
async function startOnce() {
  const home = mkdtempSync(path.join(os.tmpdir(), 'kairos-node24-'));
  chmodSync(home, 0o755); // the embedded Postgres of root runs as another user
  const settings = {
    PORT: String(await freePort()),
    SMTP_PORT: '0',
    DATA_DIR: path.join(home, 'data'),
    LOG_LEVEL: 'warn',
  };
  const child = spawn(node, ['scripts/start.mjs', 'standalone'], {
    cwd: root,
    env: { PATH: env.PATH, HOME: env.HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
  let said = '';
  const ready = new Promise((done) => {
    const hear = (text) => void ((said += text), /Kairos is ready/.test(said) && done('ready'));
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
  });
  try {
    const first = await Promise.race([ready, ended, after(READY_MS)]);
    if (first !== 'ready') throw new Error(`it was not ready (${first}):\n${said.slice(-2_000)}`);
    const answer = await fetch(`http://127.0.0.1:${settings.PORT}/readyz`);
    if (answer.status !== 200) throw new Error(`/readyz answered ${answer.status}`);
    child.kill('SIGTERM');
    const code = await Promise.race([ended, after(END_MS)]);
    if (code !== 0) throw new Error(`SIGTERM ended it with ${code}:\n${said.slice(-2_000)}`);
  } finally {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function after(ms) {
  return new Promise((done) => setTimeout(done, ms, `nothing for ${ms / 1_000} s`).unref());
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer().on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
