// `npm run bench -- ingest|through|ack|timers|list [args]`: each prints its ratios and whether the bar holds (bench/README.md).
import { spawn } from 'node:child_process';
import path from 'node:path';

const [name, ...args] = process.argv.slice(2);
const known = ['ingest', 'through', 'ack', 'timers', 'list'];
if (!known.includes(name)) {
  console.error(`"${name ?? ''}" is no benchmark; use one of ${known.join(', ')}.`);
  process.exit(1);
}
const root = path.resolve(import.meta.dirname, '..');
spawn(process.execPath, ['scripts/proof.mjs', `bench/${name}/run.ts`, ...args], { cwd: root, stdio: 'inherit' }).on(
  'exit',
  (code) => process.exit(code ?? 1),
);
