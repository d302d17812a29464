import { Injectable } from '@nestjs/common';
import { type ChannelAccount, connectorOf, type SendContext, type Sender } from '#connectors';
import type { ChannelKind, OutboundReply } from '#contracts';
import { channelEgress } from '#platform';
import { NotifierContext } from '../notifier.context.js';

/** How long a provider may take to answer: below the lease of an attempt with room for a lookup. */
export const SEND_TIMEOUT_MS = 15_000;

/** The connectors' senders with what they need from this installation. */
@Injectable()
export class Senders {
  constructor(private readonly context: NotifierContext) {}

  of(kind: ChannelKind): Sender | undefined {
    return connectorOf(kind).sender;
  }

  send(sender: Sender, reply: OutboundReply, channel: ChannelAccount): ReturnType<Sender['send']> {
    return sender.send(reply, channel, this.sendContext());
  }

  /** Null: the provider cannot be asked. */
  async lookup(
    sender: Sender,
    reply: OutboundReply,
    channel: ChannelAccount,
    startedAt: Date,
  ): ReturnType<NonNullable<Sender['lookup']>> {
    return sender.lookup ? sender.lookup(reply, channel, this.sendContext(), startedAt) : null;
  }

  private sendContext(): SendContext {
    const { config, blobs } = this.context;
    return {
      endpoints: {
        twilioApiUrl: config.twilioApiUrl ?? undefined,
        metaGraphUrl: config.metaGraphUrl ?? undefined,
        smtpOutUrl: config.smtpOutUrl ?? undefined,
      },
      publicUrl: config.publicUrl,
      readBlob: (sha256) => blobs.read(sha256),
      timeoutMs: SEND_TIMEOUT_MS,
      egress: channelEgress(config),
    };
  }
}
