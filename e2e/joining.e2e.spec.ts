import type { Browser, Page } from 'playwright-core';
import { eventually } from '#testing';
import { openBrowser, signedIn, withoutChromium } from './lib/browser.js';
import { type Channel, connect, mail, text, threadWith } from './lib/customers.js';
import { Desk } from './lib/desk.js';
import { type FarEnds, farEnds } from './lib/far-ends.js';
import { Product, shapes } from './lib/product.js';

const story = withoutChromium ? it.skip : it;

describe.each(shapes())('conversations that are joined and parted (%s)', (shape) => {
  let far: FarEnds;
  let product: Product;
  let browser: Browser;
  let sms: Channel;
  let email: Channel;
  let page: Page;
  let desk: Desk;

  beforeAll(async () => {
    far = await farEnds();
    product = await Product.start(shape, far.env);
    sms = await connect(product, 'sms');
    email = await connect(product, 'email');
    if (withoutChromium) return;
    browser = await openBrowser();
    page = (await signedIn(browser, product)).page;
    desk = new Desk(page);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await product?.close();
    await far?.close();
  }, 60_000);

  story(
    'an agent merges two conversations of one person by keyboard, sees where it lives, and takes it back',
    async () => {
      await text(sms, '+15553000001', 'My lamp flickers');
      await mail(product, {
        from: 'lena@customer.test',
        to: email.address,
        subject: 'Lamp',
        text: 'It is about my lamp',
      });
      const old = await threadWith(product, 'My lamp flickers');
      const goesOn = await threadWith(product, 'It is about my lamp');
      await desk.open('+15553000001', 'My lamp flickers');
      await page.keyboard.press('m');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('searchbox').fill('lena');
      await dialog.getByRole('button').filter({ hasText: 'Lamp' }).click();
      await dialog.getByText('Go on only if both are the same person').waitFor();
      await page.keyboard.press('Enter'); // the focus stands on what was asked for
      await page.waitForURL(`**/inbox/${goesOn.id}`);
      const linked = page.getByLabel('Linked conversations');
      await linked.getByText('Merged in here:').waitFor();
      await linked.getByRole('link').click();
      await page.waitForURL(`**/inbox/${old.id}`);
      const banner = page.locator('[data-merged]');
      await banner.getByRole('link', { name: 'Lamp' }).waitFor();
      expect(await page.getByRole('textbox', { name: /^Reply to/ }).count()).toBe(0);
      await banner.getByRole('button', { name: 'Undo merge' }).click();
      await page.getByRole('textbox', { name: /^Reply to/ }).waitFor();
      await desk.message('merge taken back by you').waitFor();
      expect((await product.get<{ mergedIntoId: string | null }>(`conversations/${old.id}`)).mergedIntoId).toBeNull();
    },
  );

  story('a second matter is split off from its first message, and both sides point at each other', async () => {
    await text(sms, '+15553000002', 'Is the desk in stock?');
    await text(sms, '+15553000002', 'And my chair arrived broken');
    const old = await threadWith(product, 'And my chair arrived broken');
    await desk.open('+15553000002', 'And my chair arrived broken');
    await page
      .getByRole('button', { name: /^More: message/ })
      .last()
      .click();
    await page.getByRole('menuitem', { name: 'Split from here…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 message moves into a conversation of its own.').waitFor();
    await dialog.getByRole('button', { name: 'Split', exact: true }).click();
    await page.getByLabel('Linked conversations').getByText('Split off from').waitFor();
    await desk.message('And my chair arrived broken').waitFor();
    expect(await desk.message('Is the desk in stock?').count()).toBe(0);
    await page.getByLabel('Linked conversations').getByRole('link').click();
    await page.waitForURL(`**/inbox/${old.id}`);
    await page.getByLabel('Linked conversations').getByText('Split off into').waitFor();
    await desk.message('Is the desk in stock?').waitFor();
    expect(await desk.message('And my chair arrived broken').count()).toBe(0);
  });

  story('a mail says whom it goes to, warns when that is not the customer, and goes there', async () => {
    await mail(product, {
      from: 'omar@customer.test',
      to: email.address,
      subject: 'Invoice',
      text: 'Which account is it?',
    });
    await desk.open('omar@customer.test', 'Which account is it?');
    const line = page.locator('[data-recipients]');
    await line.getByText('omar@customer.test').waitFor();
    expect(await page.locator('[data-warning]').count()).toBe(0);
    await line.getByRole('button').first().click();
    await page.getByRole('textbox', { name: 'Cc', exact: true }).fill('no address');
    await desk.box('omar@customer.test').fill('Please check this with your bank.');
    await line.getByRole('alert').waitFor();
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Cc', exact: true }).fill('bank@partner.test,');
    await line.getByText('New in this conversation:').waitFor();
    await line.getByRole('button', { name: 'Remove omar@customer.test' }).click();
    await page.getByRole('textbox', { name: 'To', exact: true }).fill('desk@partner.test');
    await page.keyboard.press('Enter');
    await line.getByText('does not get this reply, so the promise keeps running').waitFor();
    await line.getByRole('button', { name: 'Back to the usual ones' }).click();
    await page.getByRole('textbox', { name: 'Cc', exact: true }).fill('bank@partner.test,');
    await desk.box('omar@customer.test').press('Control+Enter');
    await page.getByRole('button', { name: 'Send now' }).click();
    const sent = await eventually(() => {
      const found = far.mail.mails.find(({ raw }) => raw.includes('Subject: Re: Invoice'));
      if (!found) throw new Error('no mail left yet');
      return found;
    });
    expect(sent.to.toSorted()).toEqual(['bank@partner.test', 'omar@customer.test']);
    await page.getByLabel('Messages').getByText('bank@partner.test').waitFor();
  });
});
