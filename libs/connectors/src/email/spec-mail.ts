import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArrivedItem, ChannelAccount, MailEnvelope } from '../connector.js';
import { receive } from './receive.js';

/** What the specs of mail share: a channel, an envelope, fixtures and mails made on the spot. */
export const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name));
export const channel: ChannelAccount = {
  id: 'ch_mail',
  kind: 'email',
  name: 'Help',
  address: 'help@shop.test',
  config: { address: 'help@shop.test', inbound: 'smtp', authservId: 'mail.shop.test' },
  secrets: [],
};
const receivedAt = new Date('2026-11-20T10:00:00.000Z');
export const envelope: MailEnvelope = { from: 'eleni@customer.test', rcpt: ['help@shop.test'], receivedAt };
export const read = (raw: Buffer | string, over: Partial<MailEnvelope> = {}): Promise<ArrivedItem> =>
  receive.parseMail(Buffer.from(raw), { ...envelope, ...over }, channel);
/** A mail with these lines as its header. */
export const mail = (header: string, body = 'Hello') =>
  `${header.trim()}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${body}\n`;
