import { FakeClock } from '#kernel';
import { type RunningApp, runApp, testInstallation, type TestInstallation } from '#testing';
import type { AppContext } from '#platform';
import { gatewayMigrations, gatewayModule, SessionIdentityResolver } from '../index.js';

const ADMIN = { email: 'owner@shop.test', password: 'correct-horse-battery-7' };
const clock = new FakeClock();
let installation: TestInstallation;
let context: AppContext;
let running: RunningApp;

beforeAll(async () => {
  installation = await testInstallation(clock, {
    KAIROS_ADMIN_EMAIL: ADMIN.email,
    KAIROS_ADMIN_PASSWORD: ADMIN.password,
  });
  context = await installation.open('gateway', gatewayMigrations);
  running = await runApp({
    parts: installation.parts,
    modules: [gatewayModule(context)],
    contexts: [context],
    identity: { inject: [SessionIdentityResolver], useFactory: (resolver: SessionIdentityResolver) => resolver },
  });
});
afterAll(async () => {
  await running?.close();
  await installation?.close();
});

test('boots', async () => {
  const res = await fetch(`${running.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  expect([res.status, await res.json()]).toEqual([200, expect.anything()]);
});
