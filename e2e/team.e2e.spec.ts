import { randomBytes, randomInt } from 'node:crypto';
import type { Browser } from 'playwright-core';
import type { ConversationView, MessageView, Page } from '#contracts';
import { eventually } from '#testing';
import { openBrowser, signedIn, withoutChromium } from './lib/browser.js';
import { type Channel, connect, text, threadWith } from './lib/customers.js';
import { Desk } from './lib/desk.js';
import { Product, shapes } from './lib/product.js';

const story = withoutChromium ? it.skip : it;

describe.each(shapes())('two agents at one inbox (%s)', (shape) => {
  let product: Product;
  let browser: Browser;
  let sms: Channel;
  const mara = { email: 'mara@shop.test', password: `pw-${randomBytes(8).toString('hex')}` };

  beforeAll(async () => {
    product = await Product.start(shape);
    sms = await connect(product, 'sms');
    await product.post('people', { ...mara, name: 'Mara', role: 'agent' });
    if (!withoutChromium) browser = await openBrowser();
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await product?.close();
  }, 60_000);

  story('each sees what the other does within a second', async () => {
    const one = new Desk((await signedIn(browser, product)).page);
    const two = new Desk((await signedIn(browser, product, mara)).page);
    await text(sms, '+15551000010', 'Anybody there?');
    await Promise.all([one.open('+15551000010', 'Anybody there?'), two.open('+15551000010', 'Anybody there?')]);
    const seenAfter: number[] = [];
    for (const words of ['Yes, we are.', 'What is it about?', 'Take your time.']) {
      await one.answer('+15551000010', words);
      const began = performance.now();
      await two.message(words).waitFor({ timeout: 10_000 });
      seenAfter.push(performance.now() - began);
    }
    // the fastest of three: what the product needs, not what a busy machine adds
    expect(Math.min(...seenAfter)).toBeLessThan(1_000);
    await Promise.all([one.page.context().close(), two.page.context().close()]);
  });

  story(
    'what was taken for closing thanks is corrected with one press: the clock runs since it came, for both',
    async () => {
      const from = `+15552${randomInt(100_000, 999_999)}`;
      await text(sms, from, 'Has it been sent?');
      const thread = await threadWith(product, 'Has it been sent?');
      const reply = { clientId: crypto.randomUUID(), text: 'This morning.', seenSeq: thread.seq };
      await product.post(`conversations/${thread.id}/replies`, reply);
      await product.api('PATCH', `conversations/${thread.id}`, { status: 'resolved' });
      await text(sms, from, 'Thank you very much');
      const one = new Desk((await signedIn(browser, product)).page);
      const two = new Desk((await signedIn(browser, product, mara)).page);
      for (const desk of [one, two]) {
        await desk.page.goto(`${product.url}/inbox/${thread.id}`);
        await desk.message('Taken for closing thanks').waitFor();
      }
      const view = () => product.get<ConversationView>(`conversations/${thread.id}`);
      expect(await view()).toMatchObject({ status: 'resolved', due: null });
      await one.page.getByRole('button', { name: 'Needs an answer' }).click();
      for (const desk of [one, two]) {
        await desk.message('marked as needing an answer').waitFor();
        await desk.message('Taken for closing thanks').waitFor({ state: 'detached' });
      }
      const came = (await product.get<Page<MessageView>>(`conversations/${thread.id}/messages`)).items.find(
        ({ text: words }) => words === 'Thank you very much',
      );
      const { due } = await eventually(async () => ((await view()).due ? view() : null));
      expect(due).toMatchObject({ kind: 'next_response', openedAt: came!.receivedAt });
      await Promise.all([one.page.context().close(), two.page.context().close()]);
    },
  );

  story('a reply that crosses a colleague’s is stopped with a choice, and nothing typed is lost', async () => {
    await text(sms, '+15551000011', 'Can I change my order?');
    const thread = await threadWith(product, 'Can I change my order?');
    const { page } = await signedIn(browser, product, mara);
    const desk = new Desk(page);
    await desk.open('+15551000011', 'Can I change my order?');
    await desk.box('+15551000011').fill('Of course, what to?');
    await page.keyboard.press('Control+Enter'); // held for ten seconds
    await product.post(`conversations/${thread.id}/replies`, {
      clientId: crypto.randomUUID(),
      text: 'Tell me the number.',
      seenSeq: thread.seq,
    });
    await page.getByRole('button', { name: 'Send now' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Somebody wrote before you').waitFor();
    await dialog.getByText('Tell me the number.').waitFor();
    await dialog.getByRole('button', { name: 'Keep editing' }).click();
    expect(await desk.box('+15551000011').inputValue()).toBe('Of course, what to?');
    const { messages } = await threadWith(product, 'Tell me the number.');
    expect(messages.filter(({ kind }) => kind === 'reply')).toHaveLength(1);
    await page.context().close();
  });

  story(
    'the server is killed in the middle of a burst: nothing is lost or doubled, and the open page catches up by itself',
    async () => {
      const { page } = await signedIn(browser, product);
      const desk = new Desk(page);
      await text(sms, '+15551000012', 'burst 0');
      await desk.open('+15551000012', 'burst 0');
      const burst = (async () => {
        for (let n = 1; n <= 40; n++) {
          for (;;) {
            const status = await text(sms, '+15551000012', `burst ${n}`, `burst-${n}`).catch(() => 0);
            if (status === 200) break;
            await new Promise((done) => setTimeout(done, 100)); // as a provider repeats what failed
          }
        }
      })();
      await eventually(async () => (await threadWith(product, 'burst 5')).messages.length > 5, 20_000);
      product.kill('gateway');
      product.kill(shape === 'standalone' ? 'postgres' : 'inbox');
      await burst;
      const thread = await eventually(async () => {
        const found = await threadWith(product, 'burst 40', 1_000);
        return found.messages.length >= 41 ? found : null;
      }, 60_000);
      expect(thread.messages.map((message) => message.text)).toEqual(
        Array.from({ length: 41 }, (_, n) => `burst ${n}`),
      );
      expect(thread.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 41 }, (_, n) => n + 1));
      await desk.message('burst 40').waitFor({ timeout: 20_000 });
      await page.context().close();
    },
    120_000,
  );
});
