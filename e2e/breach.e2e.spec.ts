import { eventually, slackWords } from '#testing';
import { openBrowser, signedIn, withoutChromium } from './lib/browser.js';
import { type Channel, connect, text, threadWith, waitsOf } from './lib/customers.js';
import { type FarEnds, farEnds } from './lib/far-ends.js';
import { Product, shapes } from './lib/product.js';

describe.each(shapes())('a promise breaks (%s)', (shape) => {
  let far: FarEnds;
  let product: Product;
  let sms: Channel;

  beforeAll(async () => {
    far = await farEnds();
    product = await Product.start(shape, { ...far.env, SLACK_BOT_TOKEN: 'xoxb-story', SLACK_CHANNEL: 'C0BREACHES' });
    sms = await connect(product, 'sms');
    await product.post('sla/policies', {
      name: 'two seconds',
      rank: 1,
      scope: { channelKinds: ['sms'] },
      targets: ['first_response', 'next_response'].map((kind) => ({ kind, target: 'PT2S', basis: 'clock' })),
      warnAt: [0.5, 0.8],
      chain: [{ at: { overdue: 'PT0S' }, to: 'slack' }],
    });
  }, 180_000);

  afterAll(async () => {
    await product?.close();
    await far?.close();
  }, 60_000);

  it('Slack hears of it once, in the second it breaks, and the message is mended when the answer comes', async () => {
    await text(sms, '+15551000002', 'I wait');
    const thread = await threadWith(product, 'I wait');
    const wait = await eventually(async () => (await waitsOf(product, thread.id))[0]);
    const post = await eventually(() => far.slack.posts()[0], 10_000);
    const late = post.at - Date.parse(wait.dueAt);
    expect(late).toBeGreaterThanOrEqual(-5);
    expect(late).toBeLessThan(1_000);
    expect(slackWords(post)).toContain(`${product.url}/inbox/${thread.id}`);
    const { seq } = await product.get<{ seq: number }>(`conversations/${thread.id}`);
    await product.post(`conversations/${thread.id}/replies`, {
      clientId: crypto.randomUUID(),
      text: 'Sorry for the wait',
      seenSeq: seq,
    });
    await eventually(() => far.slack.updates().length === 1, 10_000);
    const [ended] = await waitsOf(product, thread.id);
    expect(ended).toMatchObject({ state: 'ended', outcome: 'breached', breachedAt: wait.dueAt, dueAt: wait.dueAt });
    expect(far.slack.posts()).toHaveLength(1);
  });

  (withoutChromium ? it.skip : it)('a revoked token is shown where alerts are set up, and replaced there', async () => {
    const browser = await openBrowser();
    try {
      const { page } = await signedIn(browser, product);
      far.slack.errors['chat.postMessage'] = 'token_revoked';
      await page.goto(`${product.url}/settings/alerts`);
      const slack = page.getByRole('listitem').filter({ hasText: 'C0BREACHES' });
      await slack.getByRole('button', { name: /Send a test/ }).click();
      await slack
        .getByText(/was revoked.*paste the new one/)
        .first()
        .waitFor();
      await slack.getByText('Failing').waitFor();
      delete far.slack.errors['chat.postMessage'];
      await slack.getByRole('button', { name: /Edit/ }).click();
      await page.getByLabel('Bot token').fill('xoxb-new');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      const before = far.slack.posts().length;
      await slack.getByRole('button', { name: /Send a test/ }).click();
      await slack.getByText(/Slack posted it in/).waitFor();
      expect(far.slack.posts().slice(before)[0]!.headers.authorization).toBe('Bearer xoxb-new');
      expect(await slack.getByText(/revoked/).count()).toBe(0);
    } finally {
      await browser.close();
    }
  });
});
