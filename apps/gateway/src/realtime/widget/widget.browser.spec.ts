import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type FrameLocator, type Page } from 'playwright-core';
import type { ArrivedMessage, ChannelView } from '#contracts';
import { eventually } from '#testing';
import { InboxStandIn } from '../../ingress/testing/inbox-stand-in.js';
import { type RunningGateway, runGateway } from '../../ingress/testing/running-gateway.js';

const root = path.resolve(import.meta.dirname, '../../../../..');
const here = !process.env['KAIROS_WITHOUT_CHROMIUM'];
if (!here) process.stderr.write('SKIPPED: no Chromium, so the widget was not tried in a browser\n');
const story = here ? it : it.skip;
const shots = process.env['KAIROS_SHOTS'];

let gateway: RunningGateway;
let inbox: InboxStandIn;
let browser: Browser;
let shop: http.Server;
let shopOrigin: string;
let chat: ChannelView;

beforeAll(async () => {
  if (!here) return;
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  execFileSync(process.execPath, [vite, 'build', '--config', 'apps/widget/vite.config.ts', '--logLevel', 'error'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  gateway = await runGateway();
  inbox = new InboxStandIn(gateway.context);
  await inbox.start();
  shop = http.createServer((_, response) => {
    const script = `<script src="${gateway.url}/widget.js" data-token="${chat.websiteToken}" async></script>`;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="el"><title>shop</title><body><h1>Shop</h1>${script}</body></html>`);
  });
  await new Promise<void>((done) => shop.listen(0, '127.0.0.1', done));
  shopOrigin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  chat = await gateway.channel('webchat', { allowedOrigins: [shopOrigin], title: 'Chat with us' });
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  shop?.closeAllConnections();
  shop?.close();
  await inbox?.stop();
  await gateway?.close();
});

interface Visit {
  context: BrowserContext;
  page: Page;
  frame: FrameLocator;
}

async function visit(url: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  await page.goto(url);
  return { context, page, frame: page.frameLocator('iframe') };
}
const demo = () => `${gateway.url}/widget/demo/${chat.id}`;
const said = (word: string) =>
  eventually(async () => {
    const found = (await gateway.events())
      .map((event) => event.payload as ArrivedMessage)
      .filter((message) => message.text.includes(word));
    return found.length > 0 && found;
  });

async function violations(page: Page): Promise<string[]> {
  const axe = readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');
  const found: string[] = [];
  for (const frame of page.frames()) {
    const list = (await frame.evaluate(`${axe}; axe.run(document, { iframes: false })`)) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    found.push(
      ...list.violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map((node) => node.html)
            .join(' ')
            .slice(0, 200)}`,
      ),
    );
  }
  return found;
}

story('a visitor of the shop writes by keyboard, goes on reading, and sees that an answer came', async () => {
  const { context, page, frame } = await visit(demo());
  const bubble = frame.getByRole('button', { name: 'Open the chat' });
  await bubble.focus();
  await page.keyboard.press('Enter');
  await frame.getByPlaceholder('Write a message…').waitFor();
  expect(await frame.locator('textarea').evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.type('Do you have ALPHA in red?');
  await page.keyboard.press('Enter');
  await frame.locator('.said.own:not(.unsent)').waitFor();
  const [arrived] = await said('ALPHA');
  await page.keyboard.press('Escape');
  await inbox.reply(chat.id, arrived!.from.address, 'Yes: https://shop.test/red');
  await frame.getByRole('button', { name: 'Open the chat, 1 new message' }).click();
  const answer = frame.locator('.said:not(.own) .text');
  expect(await answer.textContent()).toBe('Yes: https://shop.test/red');
  expect(await answer.locator('a').getAttribute('href')).toBe('https://shop.test/red');
  if (shots) await page.screenshot({ path: `${shots}/widget-open.png` });
  await page.reload();
  await frame.getByRole('button', { name: 'Open the chat', exact: true }).click();
  await frame.getByText('Do you have ALPHA in red?').waitFor();
  expect(await frame.locator('.said').count()).toBe(2);
  await context.close();
});

story('on a bad line nothing is lost and nothing is doubled, not even over a reload', async () => {
  const { context, page, frame } = await visit(demo());
  await frame.getByRole('button', { name: 'Open the chat' }).click();
  await frame.getByText('Write to us.').waitFor();
  await context.setOffline(true);
  await frame.getByText('No connection.').waitFor();
  await frame.locator('textarea').fill('BRAVO one');
  await page.keyboard.press('Enter');
  await frame.locator('textarea').fill('BRAVO two');
  await page.keyboard.press('Enter');
  await frame.getByText('Waits for the connection').first().waitFor();
  if (shots) await page.screenshot({ path: `${shots}/widget-offline.png` });
  await context.setOffline(false);
  await page.reload(); // the first page had not sent them yet, or just has
  await frame.getByRole('button', { name: 'Open the chat' }).click();
  await eventually(async () => (await frame.locator('.said.own:not(.unsent)').count()) === 2, 20_000);
  expect((await said('BRAVO')).map((message) => message.text)).toEqual(['BRAVO one', 'BRAVO two']);
  await context.close();
});

story('who says his name and address is known by them; a wrong address is said so', async () => {
  const { context, page, frame } = await visit(demo());
  await frame.getByRole('button', { name: 'Open the chat' }).click();
  await frame.getByText('Tell us who you are').click();
  await frame.getByLabel('Name').fill('Cleo Park');
  await frame.getByLabel('Email').fill('cleo');
  await frame.getByRole('button', { name: 'Save' }).click();
  await frame.getByText('does not look like').waitFor();
  await frame.getByLabel('Email').fill('cleo@customer.test');
  await frame.getByRole('button', { name: 'Save' }).click();
  await frame.getByText('Cleo Park · cleo@customer.test').waitFor();
  await frame.locator('textarea').fill('CHARLIE');
  await page.keyboard.press('Enter');
  expect((await said('CHARLIE'))[0]!.claimed).toEqual({ name: 'Cleo Park', email: 'cleo@customer.test' });
  await context.close();
});

story('it lives on the websites that were allowed, in their language, and on no other', async () => {
  const allowed = await visit(shopOrigin, { locale: 'el-GR' });
  await allowed.frame.getByRole('button', { name: 'Άνοιγμα συνομιλίας' }).click();
  await allowed.frame.getByText('Γράψτε μας').waitFor();
  expect(await allowed.page.evaluate(() => Object.keys(window).filter((name) => name === 'Kairos'))).toEqual([
    'Kairos',
  ]);
  await allowed.page.evaluate('Kairos.close()');
  await allowed.frame.getByRole('button', { name: 'Άνοιγμα συνομιλίας' }).waitFor();
  await allowed.context.close();
  const other = await visit(shopOrigin.replace('127.0.0.1', 'localhost'));
  const blocked = other.page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  await other.page.reload();
  await blocked;
  await other.context.close();
});

story(
  'nothing stands in the way of anybody: light, dark, Persian, phone',
  async () => {
    const persian = await gateway.channel('webchat', { allowedOrigins: [], language: 'fa' });
    const looks: [string, string, Parameters<Browser['newContext']>[0]][] = [
      ['light', demo(), {}],
      ['dark', demo(), { colorScheme: 'dark' }],
      ['persian', `${gateway.url}/widget/demo/${persian.id}`, {}],
      ['phone', demo(), { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    ];
    for (const [name, url, options] of looks) {
      const { context, page, frame } = await visit(url, options);
      await frame.locator('.bubble').waitFor();
      expect([name, await violations(page)]).toEqual([name, []]);
      await frame.locator('.bubble').click();
      await frame.locator('textarea').fill(name === 'persian' ? 'سلام، سفارش من کجاست؟ #48213' : `DELTA ${name}`);
      await page.keyboard.press('Enter');
      await frame.locator('.said.own:not(.unsent)').waitFor();
      await page.waitForTimeout(300); // the panel has come to rest before colours are measured
      expect([name, await violations(page)]).toEqual([name, []]);
      if (name === 'persian') expect(await frame.locator('html').getAttribute('dir')).toBe('rtl');
      if (name === 'phone') expect((await page.locator('iframe').boundingBox())!.width).toBe(390);
      if (shots) await page.screenshot({ path: `${shots}/widget-${name}.png` });
      await context.close();
    }
  },
  60_000,
);

story('it weighs less than 30 kB', () => {
  const weight = ['widget.js', 'frame.js', 'frame.css'].reduce(
    (sum, name) => sum + gzipSync(readFileSync(path.join(root, 'dist/widget', name))).length,
    0,
  );
  expect(weight).toBeLessThan(30_000);
});
