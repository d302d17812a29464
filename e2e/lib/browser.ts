import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Product } from './product.js';
import { OWNER } from './product.js';

/** Chromium's quiet flags: no look-ups of its own, no sandbox (root in CI). */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const withoutChromium = Boolean(process.env['KAIROS_WITHOUT_CHROMIUM']);

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: FLAGS });
}

/** A person's own browser profile, signed in, on the inbox. */
export async function signedIn(
  browser: Browser,
  product: Product,
  who: { email: string; password: string } = OWNER,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
  const answer = await context.request.post(`${product.url}/api/v1/session`, {
    data: { email: who.email, password: who.password },
    headers: { origin: product.url },
  });
  if (!answer.ok()) throw new Error(`${who.email} could not sign in: ${answer.status()}`);
  const page = await context.newPage();
  await page.goto(`${product.url}/inbox`);
  return { context, page };
}
