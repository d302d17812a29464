import nodemailer from 'nodemailer';
import type { Transporter } from 'nodemailer';
import type { OutboundReply } from '#contracts';
import type { ChannelAccount, SendContext, Sender, Sent } from '../connector.js';
import { ChannelError } from '../connector.js';

type Mail = NonNullable<OutboundReply['mail']>;

const MAX_REFERENCES = 20;

/**
 * One connection per mail on purpose: nodemailer's pool sends a mail again by itself when a connection breaks, and
 * only our outbox may decide that. Transporters are kept per server, since they hold settings only.
 */
export class MailSender implements Sender {
  private readonly transporters = new Map<string, Transporter>();

  async send(reply: OutboundReply, _channel: ChannelAccount, context: SendContext): Promise<Sent> {
    const mail = reply.mail;
    if (!mail)
      throw new ChannelError('delivery', 'This reply has no mail headers: it was not made for a mail channel.');
    if (reply.to.length === 0) throw new ChannelError('delivery', 'This reply has no recipient.');
    const transporter = this.transporter(context);
    const attachments = await Promise.all(
      reply.attachments.map(async (file) => ({
        filename: oneLine(file.name),
        contentType: file.contentType,
        content: await context.readBlob(file.sha256),
        ...(file.cid ? { cid: oneLine(file.cid) } : {}),
      })),
    );
    try {
      const info = (await transporter.sendMail({ ...message(reply, mail), attachments })) as SentInfo;
      return { providerId: mail.messageId, state: 'sent', ...refusals(reply, info) };
    } catch (error) {
      throw error instanceof ChannelError ? error : explain(error as SmtpError);
    }
  }

  close(): void {
    for (const transporter of this.transporters.values()) transporter.close();
    this.transporters.clear();
  }

  private transporter({ endpoints, timeoutMs }: SendContext): Transporter {
    const server = endpoints.smtpOutUrl;
    if (!server) throw new ChannelError('delivery', 'no outgoing mail server: set SMTP_OUT_URL');
    const key = `${server} ${timeoutMs}`;
    let transporter = this.transporters.get(key);
    if (!transporter) {
      transporter = nodemailer.createTransport(withTimeouts(server, timeoutMs), {
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      this.transporters.set(key, transporter);
    }
    return transporter;
  }
}

export const send = new MailSender();

interface SentInfo {
  accepted: unknown[];
  rejected: (string | { address: string })[];
  rejectedErrors?: SmtpError[];
}

interface SmtpError extends Error {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  syscall?: string;
}

function withTimeouts(server: string, timeoutMs: number): string {
  let url: URL;
  try {
    url = new URL(server);
  } catch {
    throw new ChannelError('delivery', 'SMTP_OUT_URL is no address: use smtp://user:password@host:587 or smtps://…');
  }
  for (const name of ['connectionTimeout', 'greetingTimeout', 'socketTimeout', 'dnsTimeout']) {
    if (!url.searchParams.has(name)) url.searchParams.set(name, String(timeoutMs));
  }
  return url.toString();
}

function message(reply: OutboundReply, mail: Mail) {
  const references = mail.references.map(oneLine);
  return {
    messageId: oneLine(mail.messageId),
    from: named(mail.from),
    replyTo: oneLine(mail.replyTo),
    to: reply.to.map(named),
    cc: reply.cc.map(named),
    subject: oneLine(reply.subject ?? ''),
    text: reply.text,
    ...(reply.html ? { html: reply.html } : {}),
    ...(mail.inReplyTo ? { inReplyTo: oneLine(mail.inReplyTo) } : {}),
    ...(references.length > 0 ? { references: capped(references) } : {}),
  };
}

/** The first and the last ones: what threads by the root and what threads by the parent both find theirs. */
function capped(references: string[]): string[] {
  if (references.length <= MAX_REFERENCES) return references;
  return [references[0]!, ...references.slice(-(MAX_REFERENCES - 1))];
}

function named(person: { address: string; name: string | null }): { address: string; name: string } {
  return { address: oneLine(person.address), name: oneLine(person.name ?? '') };
}

/** CR and LF never enter a header, whatever a customer called themselves (security.md B5). */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}

/** A refused recipient of several: the customer's refusal fails the reply, a copy's refusal is told. */
function refusals(reply: OutboundReply, info: SentInfo): { note?: string } {
  if (info.rejected.length === 0) return {};
  const refused = info.rejected.map((entry) => (typeof entry === 'string' ? entry : entry.address).toLowerCase());
  const words = info.rejectedErrors?.map((error) => error.response ?? error.message).join('; ') ?? '';
  const note = `${refused.join(', ')} was refused by the mail server: ${words}`;
  if (reply.to.some((person) => refused.includes(person.address.toLowerCase()))) {
    throw new ChannelError('delivery', `${note}. Others got it.`, { providerCode: codeOf(info.rejectedErrors?.[0]) });
  }
  return { note };
}

const BEFORE_THE_MAIL = new Set(['EDNS', 'ETLS', 'EAUTH', 'EENVELOPE', 'EREQUIRETLS', 'ENOAUTH', 'EOAUTH2']);

function explain(error: SmtpError): ChannelError {
  const status = error.responseCode;
  const words = (error.response ?? error.message).replace(/\s+/g, ' ').slice(0, 500);
  const facts = { providerCode: codeOf(error), cause: error };
  if (error.code === 'EAUTH') {
    return new ChannelError('delivery', `The outgoing mail server refused our sign-in: ${words}`, facts);
  }
  if (status !== undefined && status >= 500) {
    return new ChannelError('delivery', `The mail server refused it: ${words}`, facts);
  }
  if (status !== undefined && status >= 400) {
    return new ChannelError('delivery', `The mail server asks to try later: ${words}`, { ...facts, retryable: true });
  }
  const neverBegan = error.syscall === 'connect' || BEFORE_THE_MAIL.has(error.code ?? '') || error.command === 'API';
  return neverBegan
    ? new ChannelError('delivery', `The outgoing mail server cannot be reached: ${words}`, {
        ...facts,
        retryable: true,
      })
    : // A retry carries the same Message-ID, by which receivers drop the second copy.
      new ChannelError('delivery', `The connection to the mail server broke: ${words}`, {
        ...facts,
        retryable: true,
        ambiguous: true,
      });
}

function codeOf(error: SmtpError | undefined): string | null {
  return error?.responseCode?.toString() ?? error?.code ?? null;
}
