import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page as Tab } from 'playwright-core';
import type { Page, PersonView } from '#contracts';
import { openBrowser, signedIn, withoutChromium } from './lib/browser.js';
import { type Channel, connect, mail, text, threadWith } from './lib/customers.js';
import { Desk } from './lib/desk.js';
import { Product, repository, shapes } from './lib/product.js';

const story = withoutChromium ? it.skip : it;
const axe = withoutChromium ? '' : readFileSync(path.join(repository(), 'node_modules/axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** What axe finds wrong, in lines that say where; mails stand in frames of their own and are not ours. */
async function flaws(page: Tab): Promise<string[]> {
  // menus and dialogs fade in: half of a colour has half of a contrast
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null))));
  const { violations } = await page.evaluate<{ violations: Violation[] }>(
    `${axe}; axe.run(document, { iframes: false })`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

// the pages are the same in both shapes
describe.each(shapes().slice(0, 1))('what agents see, to those who hear it (%s)', (shape) => {
  let product: Product;
  let browser: Browser;
  let sms: Channel;

  beforeAll(async () => {
    product = await Product.start(shape);
    sms = await connect(product, 'sms');
    const email = await connect(product, 'email');
    await text(sms, '+15554000001', 'Is the desk in stock?');
    await text(sms, '+15554000001', 'And my chair arrived broken');
    await text(sms, '+15554000002', 'My lamp flickers');
    await mail(product, { from: 'lena@home.test', to: email.address, subject: 'Lamp', text: 'It is about my lamp' });
    const [one, other] = [await threadWith(product, 'My lamp'), await threadWith(product, 'It is about my lamp')];
    await product.post(`customers/${one.customer.id}/merge`, { intoId: other.customer.id });
    await product.post(`conversations/${one.id}/merge`, { intoId: other.id });
    if (!withoutChromium) browser = await openBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await product?.close();
  }, 60_000);

  const LOOKS = [
    { name: 'light, desktop', options: {} },
    { name: 'dark, desktop', options: { colorScheme: 'dark' as const } },
    { name: 'light, phone', options: { viewport: { width: 390, height: 844 }, hasTouch: true } },
    {
      name: 'dark, phone',
      options: { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme: 'dark' as const },
    },
  ];

  for (const { name, options } of LOOKS) {
    story(`axe finds nothing in a conversation, its links, its menus and its questions (${name})`, async () => {
      const { context, page } = await signedIn(browser, product, undefined, options);
      const desk = new Desk(page);
      await desk.row('+15554000001').first().waitFor();
      expect(await flaws(page)).toEqual([]);
      await desk.open('+15554000001', 'And my chair arrived broken');
      expect(await flaws(page)).toEqual([]);
      await page
        .getByRole('button', { name: /^More: message/ })
        .last()
        .click();
      await page.getByRole('menuitem', { name: 'Split from here…' }).waitFor();
      expect(await flaws(page)).toEqual([]);
      await page.getByRole('menuitem', { name: 'Split from here…' }).click();
      await page.getByRole('dialog').waitFor();
      expect(await flaws(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.goto(`${product.url}/inbox/${(await threadWith(product, 'It is about my lamp')).id}`);
      await page.getByLabel('Linked conversations').getByRole('link').waitFor();
      await page.locator('[data-recipients] button').first().click();
      await page.getByRole('textbox', { name: 'To', exact: true }).fill('desk@partner.test,nonsense');
      await page.keyboard.press('Enter');
      await page.locator('[data-recipients]').getByRole('alert').waitFor();
      expect(await flaws(page)).toEqual([]);
      await page.getByLabel('Linked conversations').getByRole('link').click();
      await page.locator('[data-merged]').getByRole('link', { name: 'Lamp' }).waitFor();
      expect(await flaws(page)).toEqual([]);
      await context.close();
    });
  }

  story('axe finds nothing on the other pages, in Persian and from right to left', async () => {
    const { context, page } = await signedIn(browser, product);
    await page.goto(`${product.url}/inbox?lang=fa`);
    await page.locator('html[lang=fa] h1').first().waitFor();
    for (const where of [
      'inbox',
      'reports',
      'reports/waits',
      'operations',
      'settings/people',
      'settings/policies',
      'settings/channels',
      'settings/alerts',
      'settings/tokens',
      'settings/audit',
      'settings/profile',
    ]) {
      await page.goto(`${product.url}/${where}`);
      await page.locator('html[lang=fa] h1').first().waitFor();
      expect([where, await flaws(page)]).toEqual([where, []]);
    }
    // a profile that nobody has saved says English: saving a phone number must not change what is spoken
    expect(await page.locator('select[name=language]').inputValue()).toBe('fa');
    await context.close();
  });

  story('a person’s own language is there before the first form, so saving a phone number keeps it', async () => {
    const ilona = { email: 'ilona@shop.test', password: `pw-${randomBytes(8).toString('hex')}` };
    await product.post('people', { ...ilona, name: 'Ilona', role: 'agent', language: 'hu' });
    const { context, page } = await signedIn(browser, product, ilona);
    await page.evaluate(() => localStorage.clear());
    // a slow line: the words come after everything else, and a page that does not wait for them has a second to show
    await page.route(/\/hu-[^/]*\.js$/, async (route) => {
      await page
        .locator('form')
        .waitFor({ timeout: 1_000 })
        .catch(() => null);
      await route.continue();
    });
    await page.goto(`${product.url}/settings/profile`);
    await page.locator('html[lang=hu] form').waitFor();
    expect(await page.locator('select[name=language]').inputValue()).toBe('hu');
    // a refusal is said in that language too, with the label of the field
    await page.locator('input[name=phone]').fill('over there');
    await page.locator('form button[type=submit]').click();
    await page.getByRole('alert').getByText('Ellenőrizze: Telefon').waitFor();
    await page.locator('input[name=phone]').fill('+3612345678');
    await page.locator('form button[type=submit]').click();
    await page.getByText('Mentve').first().waitFor();
    const { items } = await product.get<Page<PersonView>>('people');
    expect(items.find(({ email }) => email === ilona.email)).toMatchObject({ language: 'hu', phone: '+3612345678' });
    await context.close();
  });
});
