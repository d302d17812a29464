import { createHmac, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ArrivedMessage, ChannelView } from '#contracts';
import { eventually } from '#testing';
import { type RunningGateway, runGateway } from '../testing/running-gateway.js';

const AUTH_TOKEN = 'twilio-auth-token';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
let gateway: RunningGateway;
let sms: ChannelView;
let provider: http.Server;
let files: string;
/** Twilio's side: `/slow.png` answers when the test lets it, `/gone` never does. */
let release: () => void = () => undefined;

beforeAll(async () => {
  provider = http.createServer((request, response) => {
    const send = () => response.writeHead(200, { 'content-type': 'text/html' }).end(PNG);
    if (request.url === '/slow.png') release = send;
    else if (request.url === '/gone') response.writeHead(410).end();
    else send();
  });
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
  files = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  gateway = await runGateway({ PUBLIC_URL: 'https://kairos.shop.test', TWILIO_API_URL: files });
  const config = { phoneNumber: '+15005550006', accountSid: `AC${'0'.repeat(32)}` };
  sms = await gateway.channel('sms', config, { authToken: AUTH_TOKEN });
});
afterAll(async () => {
  await gateway?.close();
  provider?.closeAllConnections();
  provider?.close();
});

async function text(body: string, media: string[] = [], from = '+306940000001'): Promise<number> {
  const form: Record<string, string> = {
    MessageSid: `SM${randomUUID().replaceAll('-', '')}`,
    From: from,
    To: '+15005550006',
    Body: body,
    NumMedia: String(media.length),
  };
  media.forEach((url, index) =>
    Object.assign(form, { [`MediaUrl${index}`]: url, [`MediaContentType${index}`]: 'image/png' }),
  );
  const route = `/webhooks/sms/${sms.id}`;
  const signed = `https://kairos.shop.test${route}${Object.keys(form)
    .sort()
    .map((name) => name + form[name])
    .join('')}`;
  const response = await fetch(gateway.url + route, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', AUTH_TOKEN).update(signed).digest('base64'),
    },
    body: new URLSearchParams(form).toString(),
  });
  return response.status;
}
const arrived = async () => (await gateway.events()).map((event) => event.payload as ArrivedMessage);

it('a picture is fetched after the acknowledgement; what its sender sends next waits behind it, others do not', async () => {
  expect(await text('a picture', [`${files}/slow.png`])).toBe(200);
  expect(await text('and words')).toBe(200);
  expect(await text('somebody else', [], '+306940000002')).toBe(200);
  await eventually(async () => (await arrived()).length === 1);
  expect((await arrived())[0]!.text).toBe('somebody else');
  release();
  await eventually(async () => (await arrived()).length === 3);
  const messages = await arrived();
  expect(messages.map((message) => message.text)).toEqual(['somebody else', 'a picture', 'and words']);
  const [file] = messages[1]!.attachments;
  expect(file).toMatchObject({ contentType: 'image/png', size: PNG.length });
  expect(await gateway.context.blobs.read(file!.sha256)).toEqual(PNG);
});

it('a file that is gone, or lies elsewhere, stays as a sentence: the message is there all the same', async () => {
  expect(await text('two files', [`${files}/gone`, 'http://169.254.169.254/latest/meta-data'])).toBe(200);
  const message = await eventually(async () => (await arrived()).find((one) => one.text.startsWith('two files')));
  expect(message.text).toContain(`could not be fetched: ${files}/gone`);
  expect(message.text).toContain('could not be fetched: http://169.254.169.254/');
  expect(message.attachments).toEqual([]);
});

it('the count of accepted messages is exact with and without files', async () => {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('kairos_messages_accepted_total{channel="sms"} 4');
});
