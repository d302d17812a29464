// `npm run demo`: fills a running installation with a believable week of a small shop in five languages, through the
// same doors that customers and providers use. KAIROS_URL (default http://127.0.0.1:3000), KAIROS_TOKEN (an
// administrator's API token), KAIROS_SMTP (default 127.0.0.1:2525).
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import nodemailer from 'nodemailer';
import { io } from 'socket.io-client';
import { people, week } from './demo/week.mjs';

const url = (process.env.KAIROS_URL ?? 'http://127.0.0.1:3000').replace(/\/$/, '');
const token = process.env.KAIROS_TOKEN;
const [smtpHost, smtpPort] = (process.env.KAIROS_SMTP ?? '127.0.0.1:2525').split(':');
const hex = (n) => randomBytes(n).toString('hex');

if (!token) {
  console.error(
    'KAIROS_TOKEN is not set. Make one under Settings, API tokens (as an administrator), and run it again:\n  KAIROS_TOKEN=kairos_… npm run demo',
  );
  process.exit(1);
}

/** @param who signed in as one of the crew; the administrator's token where nobody is */
async function api(method, path, body, who = { authorization: `Bearer ${token}` }) {
  const answer = await fetch(`${url}/api/v1/${path}`, {
    method,
    headers: { ...who, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const json = await answer.json().catch(() => null);
  if (!answer.ok)
    throw Object.assign(new Error(`${method} ${path}: ${json?.detail ?? answer.status}`), {
      status: answer.status,
      json,
    });
  return json;
}

/** Secrets are write-only, so the demo brings channels of its own, each with a name nobody else has. */
async function channels() {
  const mark = hex(2);
  const make = async (kind, name, config, secrets = {}) => ({
    ...(await api('POST', 'channels', { kind, name, config, secrets })),
    secrets,
  });
  return {
    email: await make('email', 'Shop mailbox', {
      address: `help-${mark}@leaf.example`,
      displayName: 'Leaf & Clay',
      inbound: 'smtp',
    }),
    sms: await make(
      'sms',
      'Shop phone',
      { phoneNumber: `+1555${String(parseInt(mark, 16)).padStart(7, '0')}`, accountSid: `AC${hex(16)}` },
      { authToken: hex(16) },
    ),
    messenger: await make(
      'messenger',
      'Facebook page',
      { pageId: String(parseInt(hex(5), 16)) },
      { appSecret: hex(16), verifyToken: hex(8), pageAccessToken: `EAA${hex(12)}` },
    ),
    webchat: await make('webchat', 'Website chat', { allowedOrigins: [], title: 'Leaf & Clay' }),
    form: await make('custom', 'Contact form', { slaKind: 'social' }),
  };
}

async function post(where, body, headers) {
  const answer = await fetch(where, { method: 'POST', body, headers });
  if (!answer.ok) throw new Error(`${where} answered ${answer.status}: ${await answer.text()}`);
}

const hook = (channel) => channel.webhooks.find(({ method }) => method === 'POST').url;

const write = {
  async email(channel, entry) {
    const transport = nodemailer.createTransport({ host: smtpHost, port: Number(smtpPort), ignoreTLS: true });
    const { name, from: address, subject } = entry;
    for (const text of entry.text)
      await transport.sendMail({ from: { name, address }, to: channel.address, subject, text });
    transport.close();
  },
  async sms(channel, entry) {
    for (const Body of entry.text) {
      const id = `SM${hex(16)}`;
      const form = {
        MessageSid: id,
        SmsSid: id,
        AccountSid: channel.config.accountSid,
        From: entry.from,
        To: channel.config.phoneNumber,
        Body,
        NumMedia: '0',
        SmsStatus: 'received',
      };
      const signed =
        hook(channel) +
        Object.keys(form)
          .sort()
          .map((name) => name + form[name])
          .join('');
      const signature = createHmac('sha1', channel.secrets.authToken).update(signed, 'utf8').digest('base64');
      await post(hook(channel), new URLSearchParams(form), { 'x-twilio-signature': signature });
    }
  },
  async messenger(channel, entry) {
    const { pageId } = channel.config;
    for (const [i, text] of entry.text.entries()) {
      const timestamp = Date.now() - (entry.ago - i) * 60_000;
      const body = JSON.stringify({
        object: 'page',
        entry: [
          {
            id: pageId,
            time: timestamp,
            messaging: [
              {
                sender: { id: entry.from },
                recipient: { id: pageId },
                timestamp,
                message: { mid: `m_${randomUUID()}`, text },
              },
            ],
          },
        ],
      });
      const signature = `sha256=${createHmac('sha256', channel.secrets.appSecret).update(body).digest('hex')}`;
      await post(hook(channel), body, { 'content-type': 'application/json', 'x-hub-signature-256': signature });
    }
  },
  async webchat(channel, entry) {
    const socket = io(`${url}/chat`, {
      auth: { websiteToken: channel.websiteToken },
      forceNew: true,
      extraHeaders: { origin: url },
    });
    await new Promise((done, fail) => socket.once('welcome', done).once('connect_error', fail));
    for (const text of entry.text)
      await socket.timeout(15_000).emitWithAck('message.send', { clientId: randomUUID(), text, name: entry.name });
    socket.close();
  },
  async form(channel, entry) {
    for (const [i, text] of entry.text.entries()) {
      const sentAt = new Date(Date.now() - (entry.ago - i) * 60_000).toISOString();
      await api('POST', `channels/${channel.id}/messages`, {
        externalId: randomUUID(),
        from: { address: entry.from, name: entry.name },
        text,
        sentAt,
      });
    }
  },
};

/** The conversation that holds the entry's last line. */
async function find(entry) {
  const wanted = entry.text.at(-1).split('\n')[0];
  for (let tries = 0; tries < 100; tries++) {
    const { items } = await api('GET', 'conversations?sort=newest&limit=50');
    for (const conversation of items) {
      const { items: messages } = await api('GET', `conversations/${conversation.id}/messages?limit=200`);
      if (messages.some((message) => message.text.includes(wanted))) return conversation;
    }
    await pause(200);
  }
  throw new Error(`no conversation with "${wanted.slice(0, 40)}" appeared`);
}

async function act(id, step) {
  const { seq, customer } = await api('GET', `conversations/${id}`);
  const as = crew[step.who]?.session;
  if (step.phone) await api('POST', `customers/${customer.id}/addresses`, { kind: 'phone', address: step.phone }, as);
  const words = { clientId: randomUUID(), text: step.reply ?? step.note };
  if (step.about) await api('PATCH', `customers/${customer.id}`, step.about, as);
  if (step.reply) await api('POST', `conversations/${id}/replies`, { ...words, seenSeq: seq, confirm: true }, as);
  if (step.note) await api('POST', `conversations/${id}/notes`, words, as);
  if (step.assign) await change(id, { assigneeId: crew[step.assign].id }, crew[step.assign].session);
  if (step.tags) await change(id, { tags: step.tags }, as);
  if (step.priority) await change(id, { priority: step.priority });
  if (step.snooze) {
    const snoozedUntil = new Date(Date.now() + step.snooze * 60_000).toISOString();
    await change(id, { status: 'snoozed', snoozedUntil });
  }
  if (step.resolve) await change(id, { status: 'resolved' });
}

const change = (id, patch, as) => api('PATCH', `conversations/${id}`, patch, as);

/** Each of the crew writes under their own name; who is there from an earlier run has a password we do not know. */
async function join(person) {
  const known = (await api('GET', 'people?limit=200')).items.find(({ email }) => email === person.email);
  if (known) return { id: known.id };
  const password = hex(12);
  const { id } = await api('POST', 'people', { ...person, password });
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email: person.email, password }),
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return { id, session: cookie ? { cookie, origin: url } : undefined };
}

const crew = {};
for (const person of people) crew[person.email.split('@')[0]] = await join(person);
const made = await channels();
for (const entry of week) {
  await write[entry.by](made[entry.by], entry);
  if (entry.then.length === 0 && entry.by !== 'messenger') continue;
  const { id, customer } = await find(entry);
  // Messenger tells an id and no name; an agent who knows the customer writes it down
  if (entry.by === 'messenger') await api('PATCH', `customers/${customer.id}`, { displayName: entry.name });
  for (const step of entry.then) await act(id, step);
}
console.log(`${week.length} customers wrote on five channels. Open ${url}/inbox`);
