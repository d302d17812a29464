import { Inject, Injectable } from '@nestjs/common';
import { connectorOf } from '#connectors';
import { conflict, isId, newId, notFound, soundKey } from '#kernel';
import { type Identity, seesEverything } from '#platform';
import { ChannelDirectory, type KnownChannel } from '../../channels/channel-directory.js';
import { GatewayContext } from '../../gateway.context.js';
import { ReceiptWriter } from '../receipts/receipt-writer.service.js';

/** Messages that somebody's own program brings. */
@Injectable()
export class CustomIntake {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(ChannelDirectory) private readonly channels: ChannelDirectory,
    @Inject(ReceiptWriter) private readonly writer: ReceiptWriter,
  ) {}

  /**
   * @throws DomainError channel_not_found, channel_takes_no_messages, invalid_message
   */
  async take(identity: Identity, channelId: string, body: unknown, rawBody: Buffer): Promise<{ id: string }> {
    const channel = isId(channelId) ? this.channels.byId(channelId) : null;
    if (!channel || !mayUse(identity, channel)) throw notFound('channel', channelId.slice(0, 64));
    const receiver = connectorOf(channel.kind).api;
    if (!receiver) {
      throw conflict(
        'channel_takes_no_messages',
        `This channel is of the kind ${channel.kind}, whose messages come from its provider. Post messages to a channel of the kind custom.`,
      );
    }
    const receivedAt = this.context.now();
    const item = receiver.receive(body, channel, receivedAt);
    const { id } = await this.writer.accept({
      id: newId(),
      channel,
      providerKey: soundKey(item.externalId),
      sender: soundKey(item.from.address),
      receivedAt,
      request: { by: 'api', personId: identity.personId },
      raw: rawBody,
      content: { items: [await this.writer.ready(item)], reports: [] },
      messages: 1,
      itemKeys: [],
    });
    return { id };
  }
}

function mayUse(identity: Identity, channel: KnownChannel): boolean {
  return (
    seesEverything(identity) ||
    channel.teamIds.length === 0 ||
    channel.teamIds.some((team) => identity.teamIds.includes(team))
  );
}
