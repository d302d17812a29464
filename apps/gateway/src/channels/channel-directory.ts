import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { ChannelAccount, SecretSet } from '#connectors';
import { type SlaKind, slaKindOf } from '#contracts';
import { splitReplyAddress, unseal } from '#kernel';
import { GatewayContext } from '../gateway.context.js';
import { VersionWatch } from '../people/version-watch.js';
import { type ChannelRow, loadReceiving } from './channels.store.js';

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

const RETRY_MS = 1_000;

/** All live channels in memory: no query on the way of a message. Removed ones and those switched off are not in it. */
@Injectable()
export class ChannelDirectory implements OnModuleInit, OnModuleDestroy {
  private channels = new Map<string, KnownChannel>();
  private byAddress = new Map<string, KnownChannel>();
  private byReplyBase = new Map<string, KnownChannel>();
  private byToken = new Map<string, KnownChannel>();
  private asked = 0;
  private shown = 0;
  private retry: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(VersionWatch) private readonly versions: VersionWatch,
  ) {}

  async onModuleInit(): Promise<void> {
    this.versions.on('channels', () => void this.refresh());
    await this.reload();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    if (this.retry) clearTimeout(this.retry);
  }

  byId(id: string): KnownChannel | null {
    return this.channels.get(id) ?? null;
  }

  /** @param recipient an envelope recipient: the channel's address, or a reply address made from it. */
  byMailRecipient(recipient: string): KnownChannel | null {
    const { address, token } = splitReplyAddress(recipient);
    return (token ? this.byReplyBase : this.byAddress).get(address) ?? null;
  }

  byWebsiteToken(token: string): KnownChannel | null {
    return this.byToken.get(token) ?? null;
  }

  all(): KnownChannel[] {
    return [...this.channels.values()];
  }

  /** As the database has it now; an older answer that comes late is dropped. */
  async reload(): Promise<void> {
    const mine = ++this.asked;
    const rows = await loadReceiving(this.context.db);
    if (mine < this.shown) return;
    this.shown = mine;
    const known = rows.map((row) => [row, this.open(row)] as const);
    this.channels = new Map(known.map(([row, channel]) => [row.id, channel]));
    this.byToken = indexed(known, (row) => row.websiteToken);
    this.byAddress = indexed(known, (row) => (row.kind === 'email' ? row.address : null));
    this.byReplyBase = indexed(known, (row) => row.replyBase);
  }

  private async refresh(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      this.context.logger.warn({ err: error }, 'the channels could not be read again; trying once more');
      if (this.stopped) return;
      this.retry = setTimeout(() => void this.refresh(), RETRY_MS);
      this.retry.unref();
    }
  }

  private open(row: ChannelRow): KnownChannel {
    const own = row.config['publicUrl'];
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      address: row.address,
      config: row.config,
      secrets: this.unsealed(row),
      slaKind: slaKindOf(row.kind, row.config),
      teamIds: row.teamIds,
      publicUrl: (typeof own === 'string' && own ? own : this.context.config.publicUrl).replace(/\/+$/, ''),
      websiteToken: row.websiteToken,
    };
  }

  /** Sealed with another KAIROS_SECRET: without its secrets the channel refuses everything, and the log says why. */
  private unsealed(row: ChannelRow): SecretSet[] {
    try {
      return unseal<SecretSet[]>(this.context.config.secret, row.sealedSecrets);
    } catch {
      this.context.logger.error(
        { channelId: row.id },
        'the secrets of this channel were sealed with another KAIROS_SECRET; enter them again or restore the old one',
      );
      return [];
    }
  }
}

function indexed(
  known: (readonly [ChannelRow, KnownChannel])[],
  keyOf: (row: ChannelRow) => string | null,
): Map<string, KnownChannel> {
  const map = new Map<string, KnownChannel>();
  for (const [row, channel] of known) {
    const key = keyOf(row);
    if (key) map.set(key, channel);
  }
  return map;
}
