// `npm test`: installs what the tests need (packages, Chromium, a Kafka broker), runs all of them, and ends with one line
// `N passed, N failed`. With CI=true a missing part is a failure; elsewhere it is said loudly and its tests are skipped.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const ci = process.env.CI === 'true';
const began = Date.now();

function run(command, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', () => done(127));
    child.on('exit', (code) => done(code ?? 1));
  });
}

function lead(text) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`);
}

if (!existsSync(path.join(root, 'node_modules', '.package-lock.json'))) {
  lead('npm ci');
  if ((await run('npm', ['ci', '--no-audit', '--no-fund'])) !== 0) finish(0, 1);
}

const missing = [];
lead('what the tests need');
const chromium = await findChromium();
if (!chromium)
  missing.push('Chromium (Debian: apt-get install chromium; elsewhere set CHROMIUM_PATH): the browser stories');
const { fetchKafka } = await import('./kafka/kafka.mjs');
const kafka = process.env.KAFKA_BROKERS
  ? 'running'
  : await fetchKafka().catch(
      (error) => void missing.push(`Kafka (${error.message}): the Kafka and distributed stories`),
    );
console.log(`Chromium: ${chromium ?? 'missing'}\nKafka: ${kafka ? 'there' : 'missing'}`);
for (const what of missing)
  console.log(`\n!!! MISSING ${what} ${ci ? 'cannot run, which is a failure with CI=true' : 'ARE SKIPPED'} !!!`);

lead('build');
const built = (await run(process.execPath, ['scripts/build.mjs', '--if-needed'])) === 0;

let passed = 0;
let failed = ci ? missing.length : 0;
if (!built) failed += 1;

lead('format, lint, import rules, types');
const { check, STATIC_STEPS } = await import('./check.mjs');
const red = await check();
passed += STATIC_STEPS.length - red.length;
failed += red.length;

const env = {
  ...process.env,
  ...(chromium ? { CHROMIUM_PATH: chromium } : { KAIROS_WITHOUT_CHROMIUM: '1' }),
  ...(kafka ? {} : { KAIROS_WITHOUT_KAFKA: '1' }),
};
const suites = [
  ['rules, stores, apps', '(^|/)(apps|libs)/', 2],
  ['stories through all of it', '(^|/)e2e/', 1],
];
const { runJest } = await import('./jest.mjs');
for (const [name, pattern, workers] of suites) {
  lead(name);
  const result = await runJest(['--testPathPatterns', pattern], { workers, env });
  passed += result.passed;
  failed += result.failed;
}
finish(passed, failed);

function finish(good, bad) {
  console.log(`\n${((Date.now() - began) / 60_000).toFixed(1)} minutes`);
  console.log(`${good} passed, ${bad} failed`);
  process.exit(bad === 0 && good > 0 ? 0 : 1);
}

/** A Chromium of this machine; on Debian as root it is installed when missing. */
async function findChromium() {
  const places = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  const found = () => places.find((file) => file && existsSync(file));
  if (found() || process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return found();
  console.log('Installing Chromium from Debian …');
  spawnSync('apt-get', ['update'], { stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return found();
}
