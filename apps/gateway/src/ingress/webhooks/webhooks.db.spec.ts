import { createHmac, randomUUID } from 'node:crypto';
import type { ArrivedMessage, ChannelView } from '#contracts';
import { eventually } from '#testing';
import { type RunningGateway, runGateway } from '../testing/running-gateway.js';

let gateway: RunningGateway;
let sms: ChannelView;
let messenger: ChannelView;
const AUTH_TOKEN = 'twilio-auth-token';
const APP_SECRET = 'meta-app-secret';

beforeAll(async () => {
  gateway = await runGateway({ PUBLIC_URL: 'https://kairos.shop.test' });
  sms = await gateway.channel(
    'sms',
    { phoneNumber: '+15005550006', accountSid: `AC${'0'.repeat(32)}` },
    { authToken: AUTH_TOKEN },
  );
  messenger = await gateway.channel(
    'messenger',
    { pageId: '104455667788' },
    { appSecret: APP_SECRET, verifyToken: 'verify-me', pageAccessToken: 'EAAtest' },
  );
});
afterAll(() => gateway?.close());

const newSid = () => `SM${randomUUID().replaceAll('-', '')}`;

function twilioSignature(url: string, form: Record<string, string>, token = AUTH_TOKEN): string {
  const text =
    url +
    Object.keys(form)
      .sort()
      .map((name) => name + form[name])
      .join('');
  return createHmac('sha1', token).update(text).digest('base64');
}

interface Text {
  sid: string;
  text: string;
  from?: string;
  path?: string;
  extra?: Record<string, string>;
  signature?: string;
  channelId?: string;
}

async function twilio({
  sid,
  text,
  from = '+306940000001',
  path = '',
  extra = {},
  signature,
  channelId = sms.id,
}: Text) {
  const form = {
    MessageSid: sid,
    From: from,
    To: '+15005550006',
    Body: text,
    NumMedia: '0',
    SmsStatus: 'received',
    ...extra,
  };
  const route = `/webhooks/sms/${channelId}${path}`;
  const response = await fetch(gateway.url + route, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': signature ?? twilioSignature(`https://kairos.shop.test${route}`, form),
    },
    body: new URLSearchParams(form).toString(),
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

async function meta(body: string, signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`) {
  const response = await fetch(`${gateway.url}/webhooks/messenger/${messenger.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const bundle = (...messages: { mid: string; text: string }[]) =>
  JSON.stringify({
    object: 'page',
    entry: [
      {
        id: '104455667788',
        time: 1,
        messaging: messages.map((message) => ({
          sender: { id: '777' },
          recipient: { id: '104455667788' },
          timestamp: 1,
          message,
        })),
      },
    ],
  });

const textsOf = async (word: string) =>
  (await gateway.events()).map((event) => (event.payload as ArrivedMessage).text).filter((text) => text.includes(word));
const receiptsOf = async (channelId: string) =>
  (await gateway.context.db.query('select 1 from receipts where channel_id = $1', [channelId])).length;
const figure = async (line: string) => {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((row) => row.startsWith(`${line} `))
      ?.split(' ')[1] ?? 0,
  );
};

it('a signed text is durable and handed on before Twilio hears 200 with an empty Response', async () => {
  const answer = await twilio({ sid: newSid(), text: 'Where is ALPHA?' });
  expect(answer).toEqual({ status: 200, type: expect.stringContaining('text/xml'), text: '<Response/>' });
  expect(await textsOf('ALPHA')).toEqual(['Where is ALPHA?']);
  const arrived = (await gateway.events()).at(-1)!;
  expect(arrived.key).toBe(`${sms.id}:+306940000001`);
  expect(arrived.payload).toMatchObject({ channelKind: 'sms', slaKind: 'sms', channelAddress: '+15005550006' });
});

it('an id or a sender that no index could hold is still one message, however often it comes', async () => {
  const long = () => Array.from({ length: 200 }, () => randomUUID()).join('');
  for (const [n, id] of ['m_\u0000', '\ud800', '', long(), long()].entries()) {
    const mid = id + randomUUID();
    const neighbours = [{ mid: `m_${randomUUID()}`, text: 'a neighbour' }];
    for (const others of [[], neighbours, []]) {
      expect((await meta(bundle({ mid, text: `ODDID${n}` }, ...others))).status).toBe(200);
      const from = `+306940${id}`;
      expect((await twilio({ sid: mid.toWellFormed(), text: `ODDSID${n}`, from: from.toWellFormed() })).status).toBe(
        200,
      );
    }
    expect(await textsOf(`ODDID${n}`)).toHaveLength(1);
    expect(await textsOf(`ODDSID${n}`)).toHaveLength(1);
  }
});

it('the same delivery ten times at once is one message, and each of the ten hears 200', async () => {
  const before = await figure('kairos_messages_accepted_total{channel="sms"}');
  const sid = newSid();
  const answers = await Promise.all(Array.from({ length: 10 }, () => twilio({ sid, text: 'BRAVO' })));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  expect(await textsOf('BRAVO')).toHaveLength(1);
  expect(await figure('kairos_messages_accepted_total{channel="sms"}')).toBe(before + 1);
});

it('a hundred different texts at once all arrive, each once, counted exactly', async () => {
  const before = await figure('kairos_messages_accepted_total{channel="sms"}');
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => twilio({ sid: newSid(), text: `CHARLIE ${n}`, from: `+30694${n}` })),
  );
  expect(new Set(await textsOf('CHARLIE')).size).toBe(100);
  expect(await figure('kairos_messages_accepted_total{channel="sms"}')).toBe(before + 100);
});

it('what comes in while the disk is busy shares a commit', async () => {
  const sids = Array.from({ length: 100 }, newSid);
  let answers: Promise<unknown>[] = [];
  await gateway.context.db.transaction(async (tx) => {
    await tx.query('lock table receipts in share mode'); // nothing is stored until this transaction ends
    answers = sids.map((sid) => twilio({ sid, text: 'DISK' }));
    for (let n = 0; n < 5; n++) await fetch(`${gateway.url}/webhooks/sms/nobody`, { method: 'POST' }); // those before are in
  });
  await Promise.all(answers);
  const [{ stored, commits } = { stored: 0, commits: 0 }] = await gateway.context.db.query<Record<string, number>>(
    `select count(*)::int as stored, count(distinct xmin::text)::int as commits from receipts where provider_key = any($1)`,
    [sids.map((sid) => `message:${sid}`)],
  );
  expect(stored).toBe(100);
  expect(commits).toBeLessThan(30);
});

it('a wrong signature is 401 in constant words, counted, and leaves no row', async () => {
  const rows = await receiptsOf(sms.id);
  const line = 'kairos_webhooks_refused_total{channel="sms",reason="unauthenticated"}';
  const before = await figure(line);
  const flipped = await twilio({ sid: newSid(), text: 'x', signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' });
  const missing = await twilio({ sid: newSid(), text: 'x', signature: '' });
  expect([flipped.status, missing.status]).toEqual([401, 401]);
  expect(flipped.text).toBe(missing.text);
  expect(await receiptsOf(sms.id)).toBe(rows);
  expect(await figure(line)).toBe(before + 2);
});

it('unknown channels, other kinds and nonsense ids are 404; a GET that Twilio never sends is refused', async () => {
  const post = (path: string) =>
    fetch(gateway.url + path, { method: 'POST', body: '' }).then((response) => response.status);
  expect(await post(`/webhooks/sms/${randomUUID()}`)).toBe(404);
  expect(await post(`/webhooks/messenger/${sms.id}`)).toBe(404);
  expect(await post(`/webhooks/sms/%27%20or%201=1--`)).toBe(404);
  expect(await post(`/webhooks/fax/${sms.id}`)).toBe(404);
  expect((await fetch(`${gateway.url}/webhooks/sms/${sms.id}`)).status).toBe(401);
});

it('a signed body of no sense is 400, a broken one too, one beyond 25 MB 413', async () => {
  expect((await meta('{"hello":1}')).status).toBe(400);
  expect((await meta('{"object":')).status).toBe(400);
  const large = await fetch(`${gateway.url}/webhooks/messenger/${messenger.id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.alloc(26 * 1024 * 1024, 32),
  }).catch(() => null);
  expect(large === null || large.status === 413).toBe(true);
});

it('Meta asks whether the address is ours and gets its challenge back, with the right token only', async () => {
  const ask = (token: string) =>
    fetch(
      `${gateway.url}/webhooks/messenger/${messenger.id}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=4711`,
    );
  const good = await ask('verify-me');
  expect([good.status, await good.text()]).toEqual([200, '4711']);
  expect((await ask('wrong')).status).toBe(401);
});

it('a bundle sent again with other neighbours adds only what is new, and counts only that', async () => {
  const line = 'kairos_messages_accepted_total{channel="messenger"}';
  const before = await figure(line);
  expect((await meta(bundle({ mid: 'm_1', text: 'DELTA one' }, { mid: 'm_2', text: 'DELTA two' }))).status).toBe(200);
  expect((await meta(bundle({ mid: 'm_2', text: 'DELTA two' }, { mid: 'm_3', text: 'DELTA three' }))).status).toBe(200);
  expect((await meta(bundle({ mid: 'm_3', text: 'DELTA three' }))).status).toBe(200);
  expect(await textsOf('DELTA')).toEqual(['DELTA one', 'DELTA two', 'DELTA three']);
  expect(await figure(line)).toBe(before + 3);
});

it('a delivery report is handed on once per state, under the id of what it is about', async () => {
  const sid = newSid();
  const report = (status: string) =>
    twilio({ sid, text: '', path: '/status', extra: { MessageStatus: status, SmsStatus: status } });
  expect([
    (await report('sent')).status,
    (await report('delivered')).status,
    (await report('delivered')).status,
  ]).toEqual([200, 200, 200]);
  const reports = (await gateway.events('channel.delivery.v1')).filter((event) => event.key === sid);
  expect(reports.map((event) => (event.payload as { state: string }).state)).toEqual(['sent', 'delivered']);
});

it('a stolen secret is replaced: the old and the new one are accepted during the rotation', async () => {
  await gateway.api('PATCH', `/api/v1/channels/${messenger.id}`, {
    secrets: { appSecret: 'brand-new-secret', verifyToken: 'verify-me', pageAccessToken: 'EAAtest' },
  });
  const body = bundle({ mid: 'm_rot1', text: 'ECHO old' });
  const other = bundle({ mid: 'm_rot2', text: 'ECHO new' });
  expect((await meta(body)).status).toBe(200);
  const signature = `sha256=${createHmac('sha256', 'brand-new-secret').update(other).digest('hex')}`;
  expect((await meta(other, signature)).status).toBe(200);
  expect(await textsOf('ECHO')).toHaveLength(2);
});

it('the channel goes from waiting to live with its first message, also while another one is busy', async () => {
  const config = { phoneNumber: '+15005550007', accountSid: `AC${'1'.repeat(32)}` };
  const other = await gateway.channel('sms', config, { authToken: AUTH_TOKEN });
  expect(other.state).toBe('waiting');
  expect((await twilio({ sid: newSid(), text: 'FOXTROT of the busy one' })).status).toBe(200);
  expect((await twilio({ sid: newSid(), text: 'FOXTROT', channelId: other.id })).status).toBe(200);
  await eventually(async () => {
    const view = (await gateway.api('GET', `/api/v1/channels/${other.id}`)).body as ChannelView;
    return view.state === 'live' && view.lastReceivedAt;
  }, 700); // what is told once a second would be late
});
