import { Inject, Injectable } from '@nestjs/common';
import type { ChannelAccount } from '#connectors';
import type { SlaKind } from '#contracts';
import { GatewayContext } from '../gateway.context.js';

/** A live channel as ingress and realtime use it: secrets opened, newest set first. */
export interface KnownChannel extends ChannelAccount {
  slaKind: SlaKind;
  /** Teams that see it; empty: everybody. */
  teamIds: string[];
  /** `config.publicUrl` or PUBLIC_URL: what signed webhook URLs are built from. */
  publicUrl: string;
  /** Web chat only: the public token of the widget. */
  websiteToken: string | null;
}

/** All live channels in memory: no query on the way of a message. Removed ones and those switched off are not in it. */
@Injectable()
export class ChannelDirectory {
  constructor(@Inject(GatewayContext) readonly context: GatewayContext) {}

  byId(_id: string): KnownChannel | null {
    return null;
  }

  /** @param recipient an envelope recipient: the channel's address, or a reply address made from it. */
  byMailRecipient(_recipient: string): KnownChannel | null {
    return null;
  }

  byWebsiteToken(_token: string): KnownChannel | null {
    return null;
  }

  all(): KnownChannel[] {
    return [];
  }
}
