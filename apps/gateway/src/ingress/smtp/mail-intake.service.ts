import { Inject, Injectable } from '@nestjs/common';
import { connectorOf } from '#connectors';
import { newId } from '#kernel';
import { ChannelDirectory, type KnownChannel } from '../../channels/channel-directory.js';
import { GatewayContext } from '../../gateway.context.js';
import type { Accepted } from '../receipts/receipt.js';
import { ReceiptWriter } from '../receipts/receipt-writer.service.js';
import { mailSender } from './mail-sender.rules.js';

export interface ReceivedMail {
  raw: Buffer;
  /** MAIL FROM; '' is the null sender of bounces and is kept: the strongest sign of one. */
  from: string;
  rcpt: string[];
  /** Address of the server that brought it. */
  client: string;
}

/** A mail becomes one receipt for each of our mailboxes it was sent to; reading it comes after the acknowledgement. */
@Injectable()
export class MailIntake {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ChannelDirectory) private readonly channels: ChannelDirectory,
    @Inject(ReceiptWriter) private readonly writer: ReceiptWriter,
  ) {}

  channelOf(recipient: string): KnownChannel | null {
    return this.channels.byMailRecipient(recipient);
  }

  /** Resolves when all of it is durable. @throws like ReceiptWriter.accept */
  async take(mail: ReceivedMail): Promise<Accepted[]> {
    const recipients = new Map<KnownChannel, string[]>();
    for (const recipient of mail.rcpt) {
      const channel = this.channelOf(recipient);
      if (channel) recipients.set(channel, [...(recipients.get(channel) ?? []), recipient]);
    }
    const sender = mailSender(mail.raw, mail.from);
    const receivedAt = this.context.now();
    return Promise.all(
      [...recipients].map(([channel, rcpt]) =>
        this.writer.accept({
          id: newId(),
          channel,
          providerKey: connectorOf(channel.kind).mail!.mailKey(mail.raw),
          sender,
          receivedAt,
          request: { by: 'mail', from: mail.from, rcpt, client: mail.client },
          raw: mail.raw,
          content: null,
          messages: 1,
          itemKeys: [],
        }),
      ),
    );
  }
}
