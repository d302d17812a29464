import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import nodemailer, { type Transporter } from 'nodemailer';
import { ChannelError } from '#connectors';
import { type EgressPolicy, postJson } from '#egress';
import { DirectoryService } from '../directory/directory.service.js';
import { Senders } from '../delivery/senders.js';
import { NotifierContext } from '../notifier.context.js';

/** What the far end said when it took a notice. @throws Error with the far end's words otherwise */
@Injectable()
export class NoticeSenders implements OnModuleDestroy {
  private transporter: Transporter | null = null;

  constructor(
    private readonly context: NotifierContext,
    private readonly directory: DirectoryService,
    private readonly senders: Senders,
  ) {}

  /** Alerts leave the house: even beside us they go only where EGRESS_ALLOW says. */
  get egress(): EgressPolicy {
    return { allowed: this.context.config.egressAllow, ownMachine: false };
  }

  onModuleDestroy(): void {
    this.transporter?.close();
  }

  async mail(to: string, id: string, mail: { subject: string; text: string }): Promise<string> {
    const url = this.context.config.smtpOutUrl;
    if (!url) throw new Error('There is no outgoing mail server: set SMTP_OUT_URL.');
    this.transporter ??= nodemailer.createTransport(
      { url, connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 15_000 },
      { disableFileAccess: true, disableUrlAccess: true },
    );
    const info = (await this.transporter.sendMail({
      from: await this.from(),
      to: { name: '', address: to },
      subject: mail.subject.replace(/\s+/g, ' '),
      text: mail.text,
      // nobody's out-of-office must answer, and our own listener must not take it for a customer
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'X-Kairos-Id': id },
    })) as { response: string };
    return info.response;
  }

  /** @param channelId null: the first SMS channel there is */
  async text(to: string, channelId: string | null, id: string, text: string): Promise<string> {
    const channels = await this.directory.channelsOf('sms');
    const channel = channelId ? channels.find((known) => known.id === channelId) : channels[0];
    const sender = this.senders.of('sms');
    if (!channel || !sender) throw new Error('There is no SMS channel to send by: connect one first.');
    const reply = {
      deliveryId: id,
      messageId: id,
      conversationId: id,
      channelId: channel.id,
      channelKind: channel.kind,
      to: [{ address: to, name: null }],
      cc: [],
      subject: null,
      text,
      html: null,
      attachments: [],
      mail: null,
    };
    try {
      const sent = await this.senders.send(sender, reply, channel);
      return `Accepted as ${sent.providerId ?? 'sent'}`;
    } catch (error) {
      throw error instanceof ChannelError ? new Error(error.reason, { cause: error }) : error;
    }
  }

  async call(url: string, body: unknown): Promise<string> {
    const answer = await postJson(url, body, this.egress);
    const said = `${answer.status} ${answer.text.slice(0, 200)}`.trim();
    if (answer.status < 200 || answer.status > 299) throw new Error(`It answered ${said}`);
    return said;
  }

  /** Staff get it from the address customers know; before there is one, from the installation itself. */
  private async from(): Promise<{ name: string; address: string }> {
    const [channel] = await this.directory.channelsOf('email');
    if (channel) return { name: `Kairos (${channel.name.replace(/\s+/g, ' ')})`, address: channel.address };
    const host = new URL(this.context.config.publicUrl).hostname;
    return { name: 'Kairos', address: `kairos@${/[a-z]/i.test(host) ? host : 'localhost'}` };
  }
}
