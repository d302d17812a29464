// Takes the README's picture of the inbox after `npm run demo`: KAIROS_URL, KAIROS_ADMIN_EMAIL and
// KAIROS_ADMIN_PASSWORD of the running installation, CHROMIUM_PATH of the browser.
import path from 'node:path';
import { chromium } from 'playwright-core';

const url = process.env.KAIROS_URL ?? 'http://127.0.0.1:3000';
const { KAIROS_ADMIN_EMAIL: email, KAIROS_ADMIN_PASSWORD: password } = process.env;
const target = path.resolve(import.meta.dirname, '../../docs/images/inbox.png');
/** The customer whose thread runs over two channels. */
const SHOWN = 'Ελένη Παπαδάκη';

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const door = await browser.newContext();
  const signIn = { data: { email, password }, headers: { origin: url } };
  const answer = await door.request.post(`${url}/api/v1/session`, signIn);
  if (!answer.ok()) throw new Error(`${email} could not sign in: ${answer.status()}`);
  const { person } = await (await door.request.get(`${url}/api/v1/session`)).json();
  const context = await browser.newContext({
    storageState: await door.storageState(),
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 2, // twice as fine as it is shown
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: person.timeZone, // or the page offers to change it
  });
  const page = await context.newPage();
  await page.goto(`${url}/inbox`);
  await page.locator('html[data-connection=live]').waitFor();
  await page.locator('[data-row]').filter({ hasText: SHOWN }).first().click();
  await page.getByRole('textbox', { name: `Reply to ${SHOWN}` }).waitFor();
  await page.locator('article[data-kind=note]').waitFor();
  await page.getByRole('region', { name: 'Conversations' }).evaluate((list) => {
    for (const box of [list, ...list.querySelectorAll('*')]) box.scrollTop = 0;
  });
  await page.mouse.move(720, 860);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: target });
  console.log(`docs/images/inbox.png shows ${SHOWN}'s thread.`);
} finally {
  await browser.close();
}
