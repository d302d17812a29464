import { randomUUID } from 'node:crypto';
import net from 'node:net';
import type { ChannelView, Page } from '#contracts';
import type { Product } from './product.js';

/** What somebody outside gets to see of an answer. */
export interface Answer {
  status: number;
  type: string;
  text: string;
  headers: Headers;
}

/** Any request, as anybody: no token unless it is given. */
export async function ask(product: Product, method: string, where: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`${product.url}${where}`, { method, redirect: 'manual', ...init });
  const { status, headers } = answer;
  return { status, headers, type: headers.get('content-type') ?? '', text: await answer.text() };
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const json = { 'content-type': 'application/json' };

/** What is wrong with an answer to bad input: only a 2xx or a complete problem will do; null when it is fine. */
export function flaw({ status, type, text }: Answer): string | null {
  if (status >= 500) return `${status} ${text.slice(0, 120)}`;
  if (status < 400) return null;
  const problem = type.startsWith('application/problem+json') ? (JSON.parse(text) as Record<string, unknown>) : {};
  const missing = ['type', 'title', 'code', 'detail'].filter((name) => !problem[name]);
  return missing.length > 0 || problem['status'] !== status ? `${status} ${type} lacks ${missing.join(', ')}` : null;
}

/** A list to its end. */
export async function everyPage<T>(product: Product, where: string): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Page<T> = await product.get(
      `${where}${where.includes('?') ? '&' : '?'}limit=200${cursor && `&cursor=${cursor}`}`,
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

/** A mail as SMTP's DATA leaves it: every line ends with CRLF. */
export function overSmtp(raw: Buffer): Buffer {
  const lines = raw.toString('latin1').replace(/\r?\n/g, '\r\n');
  return Buffer.from(lines.endsWith('\r\n') ? lines : `${lines}\r\n`, 'latin1');
}

/** The bytes as they are, which no mail library would send; answers the codes of RCPT and of the mail itself. */
export function sendBytes(port: number, raw: Buffer, to: string[] = ['help@shop.test'], from = 'relay@mx.test') {
  const body = overSmtp(raw)
    .toString('latin1')
    .replace(/(^|\r\n)\./g, '$1..');
  const steps = ['EHLO mx.test', `MAIL FROM:<${from}>`, ...to.map((one) => `RCPT TO:<${one}>`), 'DATA', `${body}.`, ''];
  return new Promise<{ rcpt: string[]; data: string }>((done, fail) => {
    const socket = net.connect(port, '127.0.0.1');
    const codes: string[] = [];
    let text = '';
    socket.on('error', fail);
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (line[3] === '-') continue;
        codes.push(line.slice(0, 3));
        const next = steps.shift();
        if (next) socket.write(Buffer.from(`${next}\r\n`, 'latin1'));
        else {
          socket.end();
          done({ rcpt: codes.slice(3, 3 + to.length), data: codes.at(-1)! });
        }
      }
    });
  });
}

/** Lines of text or bytes as one mail. */
export function rawMail(...lines: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    lines.flatMap((line) => [Buffer.isBuffer(line) ? line : Buffer.from(line), Buffer.from('\r\n')]),
  );
}

/** One message into a custom channel, by an integrator with the administrator's token. */
export function postCustom(product: Product, channel: ChannelView, message: object): Promise<Answer> {
  return ask(product, 'POST', `/api/v1/channels/${channel.id}/messages`, {
    headers: { ...bearer(product.token), ...json },
    body: JSON.stringify({ externalId: randomUUID(), from: { address: 'first' }, ...message }),
  });
}
