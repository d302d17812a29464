import { randomInt } from 'node:crypto';
import type { Browser } from 'playwright-core';
import type { ConversationView, Page } from '#contracts';
import { eventually } from '#testing';
import { openBrowser, signedIn, withoutChromium } from './lib/browser.js';
import {
  type Channel,
  connect,
  mail,
  messenger,
  text,
  threadWith,
  type Visitor,
  visitor,
  waitsOf,
} from './lib/customers.js';
import { Desk } from './lib/desk.js';
import { type FarEnds, farEnds, reportDelivered } from './lib/far-ends.js';
import { OWNER, Product, shapes } from './lib/product.js';
import el from '../apps/web/src/i18n/catalogues/el.json' with { type: 'json' };

const story = withoutChromium ? it.skip : it;

describe.each(shapes())('customers write on every channel and an agent answers (%s)', (shape) => {
  let far: FarEnds;
  let product: Product;
  let browser: Browser;
  let desk: Desk;
  const channels = {} as Record<'email' | 'sms' | 'messenger' | 'webchat', Channel>;
  let cleo: Visitor;

  beforeAll(async () => {
    far = await farEnds();
    product = await Product.start(shape, far.env);
    for (const kind of ['email', 'sms', 'messenger', 'webchat'] as const) channels[kind] = await connect(product, kind);
    if (withoutChromium) return;
    browser = await openBrowser();
    desk = new Desk((await signedIn(browser, product)).page);
  }, 180_000);

  afterAll(async () => {
    cleo?.close();
    await browser?.close();
    await product?.close();
    await far?.close();
  }, 60_000);

  story(
    'an email is answered in the browser and the answer reaches the mailbox it came from, in its thread',
    async () => {
      const id = `<${crypto.randomUUID()}@customer.test>`;
      await mail(product, {
        from: 'Ada Byron <ada@customer.test>',
        to: 'help@shop.test',
        subject: 'Parcel',
        text: 'Where is my parcel?',
        messageId: id,
      });
      await desk.open('Ada Byron', 'Where is my parcel?');
      await desk.answer('Ada Byron', 'It left us this morning.');
      const sent = await eventually(() => far.mail.mails.find(({ to }) => to.includes('ada@customer.test')), 15_000);
      const { raw } = sent;
      expect(raw).toContain('It left us this morning.');
      expect(raw).toContain(`In-Reply-To: ${id}`);
      const thread = await threadWith(product, 'Where is my parcel?');
      await eventually(async () => (await waitsOf(product, thread.id))[0]?.outcome === 'met');
    },
  );

  story('whom an agent readdressed a reply to is still there after a reload, and gets it alone', async () => {
    const words = 'Which mill is it from?';
    await mail(product, { from: 'Finn <finn@customer.test>', to: 'help@shop.test', subject: 'Flour', text: words });
    const { page } = desk;
    await desk.open('Finn', words);
    const line = page.getByRole('button', { name: 'finn@customer.test' });
    await line.click();
    const saved = page.waitForResponse((one) => {
      const body = one.request().postData() ?? '';
      return one.url().endsWith('/draft') && body.includes('mill@supplier.test') && body.includes('Which one');
    });
    await page.getByRole('button', { name: 'Remove finn@customer.test' }).click();
    await page.getByRole('textbox', { name: 'To', exact: true }).fill('mill@supplier.test,');
    await desk.box('Finn').fill('Which one of you was it?');
    expect((await saved).status()).toBe(204);
    await page.reload();
    await page.getByRole('button', { name: 'mill@supplier.test' }).waitFor();
    expect(await line.count()).toBe(0);
    expect(await desk.box('Finn').inputValue()).toBe('Which one of you was it?');
    await desk.box('Finn').press('Control+Enter');
    await page.getByRole('button', { name: 'Send now' }).click();
    const sent = await eventually(() => far.mail.mails.find(({ raw }) => raw.includes('Which one of you')), 15_000);
    expect(sent.to).toEqual(['mill@supplier.test']);
    await line.waitFor(); // the next reply goes to the customer again
  });

  story(
    'nothing of two drafts is lost: a kept one that comes late, and the next one, begun while a reply is held',
    async () => {
      await mail(product, {
        from: 'Nora <nora@customer.test>',
        to: 'help@shop.test',
        subject: 'Rye',
        text: 'Any rye left?',
      });
      const { page } = desk;
      await desk.open('Nora', 'Any rye left?');
      const kept = (words: string) =>
        page.waitForResponse((one) => one.url().endsWith('/draft') && (one.request().postData() ?? '').includes(words));
      const first = kept('I will look');
      await desk.box('Nora').fill('I will look.');
      await first;
      let letGo = (): void => undefined;
      const held = new Promise<void>((done) => (letGo = done));
      const isDraft = (url: URL) => url.pathname.endsWith('/draft');
      await page.route(isDraft, async (route) => {
        if (route.request().method() === 'GET') await held;
        await route.continue();
      });
      await page.reload();
      await desk.message('Any rye left?').first().waitFor();
      await page.keyboard.press('r');
      await desk.box('Nora').pressSequentially('There is.');
      letGo();
      await eventually(async () => (await desk.box('Nora').inputValue()) === 'I will look.\n\nThere is.');
      await page.unroute(isDraft);
      await desk.box('Nora').press('Control+Enter');
      const next = kept('Shall I');
      await desk.box('Nora').fill('Shall I put some aside?');
      await next;
      await page.getByRole('button', { name: 'Send now' }).click();
      await eventually(() => far.mail.mails.some(({ raw }) => raw.includes('There is.')), 15_000);
      await page.reload();
      await eventually(async () => (await desk.box('Nora').inputValue()) === 'Shall I put some aside?');
    },
  );

  story('who comes back while a reply is held finds an empty box, and undone the reply is there once', async () => {
    await mail(product, {
      from: 'Olga <olga@customer.test>',
      to: 'help@shop.test',
      subject: 'Oats',
      text: 'And oats?',
    });
    const { page } = desk;
    const back = async () => {
      const asked = page.waitForResponse((one) => one.request().method() === 'GET' && one.url().endsWith('/draft'));
      await desk.row('Olga').first().click();
      await asked;
      await desk.box('Olga').waitFor();
    };
    await desk.open('Olga', 'And oats?');
    await desk.box('Olga').fill('They come tomorrow.');
    await desk.box('Olga').press('Control+Enter');
    await desk.open('Nora', 'Any rye left?');
    await back();
    expect(await desk.box('Olga').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(async () => (await desk.box('Olga').inputValue()) === 'They come tomorrow.');
    await desk.open('Nora', 'Any rye left?');
    await back();
    await eventually(async () => (await desk.box('Olga').inputValue()) === 'They come tomorrow.');
    await desk.box('Olga').hover(); // under the cursor the list stands still, and hides what comes new
  });

  story('a text message is answered through Twilio, and the thread shows that it was delivered', async () => {
    expect(await text(channels.sms, '+15551000001', 'Is the shop open?')).toBe(200);
    await desk.open('+15551000001', 'Is the shop open?');
    await desk.answer('+15551000001', 'Until six.');
    const sent = await eventually(() => far.twilio.sent().find(({ args }) => args['Body'] === 'Until six.'), 15_000);
    expect(sent.args['To']).toBe('+15551000001');
    expect(await reportDelivered(sent, channels.sms.secrets['authToken']!)).toBe(200);
    await desk.page.getByLabel('Messages').getByText('delivered', { exact: true }).first().waitFor();
  });

  story('a Messenger message is answered through the Send API', async () => {
    expect(await messenger(channels.messenger, '6655443322110', 'Do you ship abroad?')).toBe(200);
    await desk.open('6655443322110', 'Do you ship abroad?');
    await desk.answer('6655443322110', 'Everywhere the post goes.');
    await eventually(() => far.graph.sent().find(({ body }) => body.includes('Everywhere the post goes.')), 15_000);
  });

  story('a visitor hears the answer in the chat she wrote in', async () => {
    cleo = await visitor(product, channels.webchat, 'Cleo Park');
    const ack = await cleo.say('Hello, which tea has no caffeine?');
    expect(ack.seq).toBe(1);
    await desk.open('Cleo Park', 'Hello, which tea has no caffeine?');
    await desk.answer('Cleo Park', 'The rooibos.');
    await eventually(
      () => cleo.heard.find((message) => message.kind === 'reply' && message.text === 'The rooibos.'),
      15_000,
    );
  });

  it('one person who texts and then writes an email stays in one thread once the addresses are linked', async () => {
    await text(channels.sms, '+15551000009', 'First by text');
    const first = await threadWith(product, 'First by text');
    await product.post(`customers/${first.customer.id}/addresses`, { kind: 'email', address: 'bob@customer.test' });
    await mail(product, {
      from: 'Bob <bob@customer.test>',
      to: 'help@shop.test',
      subject: 'Again',
      text: 'Now by email',
    });
    const both = await threadWith(product, 'Now by email');
    expect(both.id).toBe(first.id);
    expect(both.messages.map(({ seq, channelKind }) => [seq, channelKind])).toEqual([
      [1, 'sms'],
      [2, 'email'],
    ]);
  });

  it('a mail that was acknowledged in a quiet moment is found by whoever looks', async () => {
    const words = 'Is anybody there?';
    await mail(product, { from: 'Eve <eve@customer.test>', to: 'help@shop.test', subject: 'Hello', text: words });
    const { items } = await product.get<Page<ConversationView>>('conversations?sort=newest&limit=1');
    expect(items[0]).toMatchObject({ customer: { displayName: 'Eve' }, channelKinds: ['email'], preview: words });
  });

  it('an answer that the far end refuses says so in words, and the wait is open again with its deadline', async () => {
    await messenger(channels.messenger, '998877', 'And by air mail?');
    const thread = await threadWith(product, 'And by air mail?');
    const wait = await eventually(async () => (await waitsOf(product, thread.id))[0]);
    far.graph.fault = () => ({ status: 400, body: { error: { message: '(#100) No matching user found', code: 100 } } });
    const reply = await product.post<{ id: string }>(`conversations/${thread.id}/replies`, {
      clientId: crypto.randomUUID(),
      text: 'This will be refused',
      seenSeq: thread.seq,
    });
    const failed = await eventually(async () => {
      const { messages } = await threadWith(product, 'This will be refused');
      const delivery = messages.find(({ id }) => id === reply.id)?.delivery;
      return delivery?.state === 'failed' ? delivery : null;
    }, 20_000);
    far.graph.fault = null;
    expect(failed.reason).toContain('No matching user found');
    await eventually(async () => {
      const again = (await waitsOf(product, thread.id)).find(({ state }) => state === 'open');
      return again?.dueAt === wait.dueAt;
    });
  });

  story('a double click or a key held down resolves, or opens again, and does not take itself back', async () => {
    const { page } = desk;
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    const from = `+15552${randomInt(100_000, 999_999)}`;
    await text(channels.sms, from, `Thank you, bye ${from}`);
    const { id } = await threadWith(product, `Thank you, bye ${from}`);
    await desk.open(from, `Thank you, bye ${from}`);
    await button('Resolve').dblclick();
    await page.getByRole('dialog').getByText('Spam', { exact: true }).waitFor(); // somebody waits: it asks why
    await page.keyboard.press('Escape');
    await desk.answer(from, 'You are welcome');
    await eventually(async () => (await waitsOf(product, id)).every(({ state }) => state === 'ended'));
    await button('Resolve').dblclick();
    await button('Reopen').first().waitFor();
    await page.getByLabel('Messages').getByText('resolved by you').waitFor();
    await page.locator('main').getByRole('button', { name: 'Reopen', exact: true }).dblclick();
    await button('Resolve').waitFor();
    for (let held = 0; held < 4; held++) await page.keyboard.down('e');
    await page.keyboard.up('e');
    await page.locator('main').getByRole('button', { name: 'Reopen', exact: true }).waitFor();
    const events = async () =>
      (await threadWith(product, `Thank you, bye ${from}`)).messages.flatMap(({ system }) => system?.event ?? []);
    await eventually(async () => (await events()).length > 2);
    expect(await events()).toEqual(['resolved', 'reopened', 'resolved']);
  });

  story('an agent who reads Greek is told in Greek why an answer did not arrive, and sends it again', async () => {
    await text(channels.sms, '+15552227777', 'Is it in stock?');
    const thread = await threadWith(product, 'Is it in stock?');
    far.twilio.fault = () => ({ status: 400, body: { code: 21_610, message: 'unsubscribed recipient', status: 400 } });
    await product.post(`conversations/${thread.id}/replies`, {
      clientId: crypto.randomUUID(),
      text: 'It is',
      seenSeq: thread.seq,
    });
    const { page, context } = await signedIn(browser, product, OWNER, { locale: 'el-GR' });
    await page.goto(`${product.url}/inbox/${thread.id}`);
    const trouble = page.getByRole('alert').filter({ hasText: `${el.trouble.sms_opted_out} (Twilio 21610)` });
    await trouble.waitFor();
    far.twilio.fault = null;
    await trouble.getByRole('button', { name: el.delivery.retry }).click();
    await trouble.waitFor({ state: 'detached' });
    await eventually(() =>
      far.twilio.sent().some(({ args }) => args['To'] === '+15552227777' && args['Body'] === 'It is'),
    );
    await context.close();
  });
});
