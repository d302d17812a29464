import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { io, type Socket } from 'socket.io-client';
import type { ChannelView, ConversationView, MessageView, Page, WaitView } from '#contracts';
import { eventually } from '#testing';
import type { Product } from './product.js';

/** The customers' side of every channel, and what an integrator would read back. */
export interface Channel extends ChannelView {
  secrets: Record<string, string>;
}

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

export const recipes = {
  email: () => ({ config: { address: 'help@shop.test', displayName: 'The Shop', inbound: 'smtp' }, secrets: {} }),
  sms: () => ({ config: { phoneNumber: '+15005550006', accountSid: `AC${hex(16)}` }, secrets: { authToken: hex(16) } }),
  messenger: () => ({
    config: { pageId: '104455667788' },
    secrets: { appSecret: hex(16), verifyToken: hex(8), pageAccessToken: `EAA${hex(12)}` },
  }),
  webchat: () => ({ config: { allowedOrigins: [], title: 'Chat with us' }, secrets: {} }),
  custom: () => ({ config: { slaKind: 'social' }, secrets: {} }),
};

export async function connect(product: Product, kind: keyof typeof recipes): Promise<Channel> {
  const recipe = recipes[kind]();
  const view = await product.post<ChannelView>('channels', { kind, name: `${kind} of the shop`, ...recipe });
  return { ...view, secrets: recipe.secrets as unknown as Record<string, string> };
}

const hookOf = (channel: Channel) => channel.webhooks.find(({ method }) => method === 'POST')!.url;

async function deliver(url: string, body: string, headers: Record<string, string>): Promise<number> {
  return (await fetch(url, { method: 'POST', body, headers })).status;
}

/** Twilio's POST for one text. The same `word` gives the same MessageSid: a repeated delivery. */
export function text(channel: Channel, from: string, body: string, word: string = randomUUID()): Promise<number> {
  const sid = `SM${createHash('md5').update(word).digest('hex')}`;
  const { accountSid, phoneNumber } = channel.config as { accountSid: string; phoneNumber: string };
  const form: Record<string, string> = {
    MessageSid: sid,
    SmsSid: sid,
    AccountSid: accountSid,
    From: from,
    To: phoneNumber,
    Body: body,
    NumMedia: '0',
    SmsStatus: 'received',
  };
  const signed =
    hookOf(channel) +
    Object.keys(form)
      .sort()
      .map((name) => name + form[name])
      .join('');
  const signature = createHmac('sha1', channel.secrets['authToken']!).update(signed, 'utf8').digest('base64');
  return deliver(hookOf(channel), new URLSearchParams(form).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': signature,
  });
}

export function messenger(channel: Channel, psid: string, body: string, mid = `m_${randomUUID()}`): Promise<number> {
  const pageId = channel.config['pageId'];
  const timestamp = Date.now();
  const payload = JSON.stringify({
    object: 'page',
    entry: [
      {
        id: pageId,
        time: timestamp,
        messaging: [{ sender: { id: psid }, recipient: { id: pageId }, timestamp, message: { mid, text: body } }],
      },
    ],
  });
  const signature = `sha256=${createHmac('sha256', channel.secrets['appSecret']!).update(payload).digest('hex')}`;
  return deliver(hookOf(channel), payload, { 'content-type': 'application/json', 'x-hub-signature-256': signature });
}

export async function mail(product: Product, message: SendMailOptions): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: product.smtpPort, ignoreTLS: true });
  try {
    await transport.sendMail(message);
  } finally {
    transport.close();
  }
}

export interface Visitor {
  socket: Socket;
  heard: { id: string; seq: number; kind: string; text: string }[];
  say(body: string, clientId?: string): Promise<{ id: string; seq: number }>;
  close(): void;
}

export async function visitor(product: Product, channel: Channel, name: string): Promise<Visitor> {
  const socket = io(`${product.url}/chat`, {
    auth: { websiteToken: channel.websiteToken },
    forceNew: true,
    extraHeaders: { origin: product.url },
  });
  const heard: Visitor['heard'] = [];
  socket.on('message', (message: Visitor['heard'][number]) => heard.push(message));
  await new Promise((done, fail) => socket.once('welcome', done).once('connect_error', fail));
  return {
    socket,
    heard,
    say: (body, clientId = randomUUID()) =>
      socket.timeout(15_000).emitWithAck('message.send', { clientId, text: body, name }),
    close: () => socket.close(),
  };
}

export type Thread = ConversationView & { messages: MessageView[] };

/** The conversation that holds a message with this text. */
export async function threadWith(product: Product, words: string, timeoutMs = 15_000): Promise<Thread> {
  return eventually(async () => {
    const { items } = await product.get<Page<ConversationView>>('conversations?sort=newest&limit=50');
    for (const conversation of items) {
      const messages = await messagesOf(product, conversation.id);
      if (messages.some((message) => message.text.includes(words))) return { ...conversation, messages };
    }
    return null;
  }, timeoutMs);
}

export async function messagesOf(product: Product, conversationId: string): Promise<MessageView[]> {
  return (await product.get<Page<MessageView>>(`conversations/${conversationId}/messages?limit=200`)).items;
}

export async function waitsOf(product: Product, conversationId: string): Promise<WaitView[]> {
  return (await product.get<Page<WaitView>>(`sla/waits?conversation=${conversationId}`)).items;
}
