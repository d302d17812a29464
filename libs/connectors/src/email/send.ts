import nodemailer from 'nodemailer';
import type { Transporter } from 'nodemailer';
import { DELIVERY_WORDS, type OutboundReply } from '#contracts';
import type { SendContext, Sender, Sent } from '../connector.js';
import { ChannelError } from '../connector.js';
import { explainSmtp, type SmtpError, smtpCode } from './errors.js';

type Mail = NonNullable<OutboundReply['mail']>;

const MAX_REFERENCES = 20;

/**
 * One connection per mail on purpose: nodemailer's pool sends a mail again by itself when a connection breaks, and
 * only our outbox may decide that.
 */
export const send: Sender = {
  async send(reply, _channel, context): Promise<Sent> {
    const mail = reply.mail;
    if (!mail) throw new ChannelError('delivery', DELIVERY_WORDS.mail_no_headers);
    if (reply.to.length === 0) throw new ChannelError('delivery', DELIVERY_WORDS.no_recipient);
    const witness = new Witness();
    const transporter = transporterFor(context, witness);
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
      throw error instanceof ChannelError ? error : explainSmtp(error as SmtpError, witness.sawAllOfIt);
    } finally {
      transporter.close();
    }
  },
};

/**
 * Stands in as nodemailer's logger, the only one told when the last byte of a mail has been written. Before that no
 * server can have taken it (RFC 5321 4.2.5); afterwards, without an answer, nobody knows.
 */
class Witness {
  sawAllOfIt = false;
  readonly trace = () => undefined;
  readonly debug = () => undefined;
  readonly warn = () => undefined;
  readonly error = () => undefined;
  readonly fatal = () => undefined;
  readonly info = (entry: { tnx?: string }) => {
    if (entry.tnx === 'message') this.sawAllOfIt = true;
  };
}

function transporterFor({ endpoints, timeoutMs }: SendContext, logger: Witness): Transporter {
  const server = endpoints.smtpOutUrl;
  if (!server) throw new ChannelError('delivery', DELIVERY_WORDS.mail_no_server);
  return nodemailer.createTransport(
    { url: withTimeouts(server, timeoutMs), logger: logger as never },
    { disableFileAccess: true, disableUrlAccess: true },
  );
}

interface SentInfo {
  accepted: unknown[];
  rejected: (string | { address: string })[];
  rejectedErrors?: SmtpError[];
}

function withTimeouts(server: string, timeoutMs: number): string {
  let url: URL;
  try {
    url = new URL(server);
  } catch {
    throw new ChannelError('delivery', DELIVERY_WORDS.mail_bad_server);
  }
  url.searchParams.delete('logger'); // ours has to be the one that is told
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
  const note = `${DELIVERY_WORDS.mail_some_refused}: ${refused.join(', ')}: ${words}`;
  if (reply.to.some((person) => refused.includes(person.address.toLowerCase()))) {
    throw new ChannelError('delivery', note, { providerCode: smtpCode(info.rejectedErrors?.[0]) });
  }
  return { note };
}
