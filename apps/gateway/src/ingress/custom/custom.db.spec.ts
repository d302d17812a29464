import type { ArrivedMessage, ChannelView } from '#contracts';
import { type RunningGateway, runGateway } from '../testing/running-gateway.js';

let gateway: RunningGateway;
let shop: ChannelView;
beforeAll(async () => {
  gateway = await runGateway();
  shop = await gateway.channel('custom', { slaKind: 'sms' });
});
afterAll(() => gateway?.close());

const post = (body: unknown, channelId = shop.id, token?: string) =>
  gateway.api('POST', `/api/v1/channels/${channelId}/messages`, body, token) as Promise<{
    status: number;
    body: { id?: string; code?: string; errors?: { path: string }[] };
  }>;
const message = (externalId: string, over: object = {}) => ({
  externalId,
  from: { address: 'user-42', name: 'Cleo' },
  text: `text of ${externalId}`,
  ...over,
});

it('the same externalId answers the same id, one after the other and at once, and is one message', async () => {
  const first = await post(message('a-1'));
  const many = await Promise.all(Array.from({ length: 10 }, () => post(message('a-1'))));
  expect(first.status).toBe(202);
  expect(new Set([first, ...many].map((answer) => answer.body.id))).toEqual(new Set([first.body.id]));
  const fresh = await Promise.all(Array.from({ length: 10 }, () => post(message('a-2'))));
  expect(new Set(fresh.map((answer) => `${answer.status} ${answer.body.id}`)).size).toBe(1);
  const events = (await gateway.events()).map((event) => event.payload as ArrivedMessage);
  expect(events.map((event) => event.externalId)).toEqual(['a-1', 'a-2']);
  expect(events[0]).toMatchObject({ receiptId: first.body.id, slaKind: 'sms', channelKind: 'custom' });
});

it('files come along in base64 and are kept by their content', async () => {
  const attachments = [
    { name: '../.htaccess', contentType: 'image/png', content: Buffer.from('<svg/>').toString('base64') },
  ];
  const { body } = await post(message('f-1', { attachments }));
  const event = (await gateway.events()).find((one) => (one.payload as ArrivedMessage).receiptId === body.id)!;
  const [file] = (event.payload as ArrivedMessage).attachments;
  expect(file!.contentType).not.toBe('image/png');
  expect((await gateway.context.blobs.read(file!.sha256)).toString()).toBe('<svg/>');
});

it('what is wrong is said field by field, and nothing is kept', async () => {
  const before = (await gateway.events()).length;
  const wrong = await post({ from: 'me', text: 7 });
  expect(wrong.status).toBe(400);
  expect(wrong.body.errors!.map((error) => error.path)).toEqual(
    expect.arrayContaining(['externalId', 'from.address', 'text']),
  );
  for (const body of [[], null, 'text', { ...message('x'), sentAt: 'yesterday' }])
    expect((await post(body)).status).toBe(400);
  expect((await gateway.events()).length).toBe(before);
});

it('a null byte and half an emoji in a text do not stop it', async () => {
  expect((await post(message('nul\u0000', { text: 'a\u0000b \ud83d end', from: { address: 'u\u0000' } }))).status).toBe(
    202,
  );
});

it('other kinds of channels and channels of other teams take nothing', async () => {
  const chat = await gateway.channel('webchat', { allowedOrigins: [] });
  expect(await post(message('b'), chat.id)).toMatchObject({ status: 409, body: { code: 'channel_takes_no_messages' } });
  expect((await post(message('b'), '00000000-0000-4000-8000-000000000000')).status).toBe(404);
  expect((await post(message('b'), 'nonsense')).status).toBe(404);
  expect((await post(message('b'), shop.id, 'kairos_wrong')).status).toBe(401);
});
