// `npm start` and `npm run start:distributed`: builds what is not built, then hands over to the supervisor.
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Kairos needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer one from nodejs.org.`,
  );
  process.exit(1);
}
if (!existsSync(path.join(root, 'node_modules'))) {
  console.error('The packages are not installed. Run "npm ci" first.');
  process.exit(1);
}
if (existsSync(path.join(root, '.env'))) process.loadEnvFile(path.join(root, '.env'));
const { build, isBuilt } = await import('./build.mjs');
if (!isBuilt()) {
  console.log('Building Kairos (once, less than a minute) …');
  await build();
}
const { supervise } = await import('../dist/apps/standalone/src/supervise.js');
await supervise(process.argv[2] === 'distributed' ? 'distributed' : 'standalone');
