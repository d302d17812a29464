import { createTransport } from 'nodemailer';
import type { ArrivedMessage, ChannelView } from '#contracts';
import { eventually } from '#testing';
import { type RunningGateway, runGateway } from './testing/running-gateway.js';

let gateway: RunningGateway;
let shop: ChannelView;
beforeAll(async () => {
  gateway = await runGateway();
  await gateway.channel('email', { address: 'help@shop.test', inbound: 'smtp' });
  shop = await gateway.channel('custom', {});
});
afterAll(() => gateway?.close());

const message = (externalId: string) => ({ externalId, from: { address: 'cleo' }, text: externalId });
const post = (externalId: string) => gateway.api('POST', `/api/v1/channels/${shop.id}/messages`, message(externalId));
async function mail(subject: string): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port: gateway.smtpPort, secure: false, ignoreTLS: true });
  try {
    const sent = await transport.sendMail({ from: 'a@b.test', to: 'help@shop.test', subject, text: 'x' });
    return sent.response;
  } catch (error) {
    return (error as { response?: string }).response ?? String(error);
  } finally {
    transport.close();
  }
}

it('without a database every way in says "later", never "no"; afterwards the same deliveries are taken', async () => {
  expect((await post('before')).status).toBe(202);
  expect(await mail('before')).toMatch(/^250 /);
  await gateway.context.db.stop();
  expect((await post('during')).status).toBe(503);
  expect(await mail('during')).toMatch(/^451 /);
  await gateway.context.db.start();
  await eventually(async () => (await post('during')).status === 202);
  expect(await mail('during')).toMatch(/^250 /);
  await eventually(async () => (await gateway.events()).length === 4);
  const subjects = (await gateway.events()).map(
    (event) => (event.payload as ArrivedMessage).subject ?? (event.payload as ArrivedMessage).text,
  );
  expect(subjects.sort()).toEqual(['before', 'before', 'during', 'during']);
});
