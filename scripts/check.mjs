// `npm run check`: format, lint, import rules, types; the tests that need nothing but Postgres follow with `npm test`.
import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const steps = [
  ['format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  [
    'imports',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ['--config', '.dependency-cruiser.cjs', 'apps', 'libs', '--output-type', 'err'],
  ],
  ['types', 'typescript/bin/tsc', ['-p', 'tsconfig.json']],
  ['types of the widget', 'typescript/bin/tsc', ['-p', 'apps/widget/tsconfig.json']],
  ['lint', 'eslint/bin/eslint.js', ['.']],
];
// every test: `npm test`; here the quick ones (rules and stores)
const tests = [
  'tests',
  'jest/bin/jest.js',
  [
    '--testPathPatterns',
    '(apps|libs)/',
    '--testPathIgnorePatterns',
    '\\.(kafka|corpus|browser)\\.spec',
    '/dist/',
    '--silent',
  ],
];

export function runStep([name, file, args]) {
  const began = Date.now();
  return new Promise((done) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules', file), ...args], {
      cwd: root,
      env: {
        ...process.env,
        ...(name === 'tests'
          ? { NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning' }
          : {}),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('exit', (code) => {
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      if (code !== 0) console.log(output.trim());
      done(code === 0);
    });
  });
}

/** Two at a time. @returns names of the steps that failed */
export async function check(chosen = steps) {
  const queue = [...chosen];
  const failed = [];
  const lane = async () => {
    for (let step = queue.shift(); step; step = queue.shift()) if (!(await runStep(step))) failed.push(step[0]);
  };
  await Promise.all([lane(), lane()]);
  return failed;
}

export const STATIC_STEPS = steps;

if (process.argv[1] === import.meta.filename) {
  const failed = await check();
  if (!process.argv.includes('--static') && !(await runStep(tests))) failed.push('tests');
  if (failed.length > 0) {
    console.log(`\nNot green: ${failed.join(', ')}.`);
    process.exit(1);
  }
  console.log('\nAll green.');
}
