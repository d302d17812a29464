import { EventEmitter } from 'node:events';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '#database';
import { GatewayContext } from '../gateway.context.js';
import { bumpVersion, loadVersions, type VersionName } from './versions.store.js';

const POLL_MS = 1_000;

/**
 * Tells what is cached in memory that it is stale: at once when this process changed it, within a second when another
 * gateway process did.
 */
@Injectable()
export class VersionWatch implements OnModuleInit, OnModuleDestroy {
  private readonly events = new EventEmitter().setMaxListeners(0);
  private readonly known = new Map<VersionName, number>();
  private timer: NodeJS.Timeout | null = null;

  constructor(@Inject(GatewayContext) private readonly context: GatewayContext) {}

  async onModuleInit(): Promise<void> {
    for (const { name, version } of await loadVersions(this.context.db)) this.known.set(name, version);
    this.timer = setInterval(() => void this.look(), POLL_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** @param subject whose; null: unknown or many */
  async bump(tx: Tx, name: VersionName, subject: string | null): Promise<void> {
    const version = await bumpVersion(tx, name);
    tx.afterCommit(() => {
      // another process may have bumped in between: then the poll has to see a difference
      if (this.known.get(name) === version - 1) this.known.set(name, version);
      this.events.emit(name, subject);
    });
  }

  on(name: VersionName, listener: (subject: string | null) => void): void {
    this.events.on(name, listener);
  }

  private async look(): Promise<void> {
    try {
      for (const { name, version } of await loadVersions(this.context.db)) {
        if (this.known.get(name) === version) continue;
        this.known.set(name, version);
        this.events.emit(name, null);
      }
    } catch (error) {
      this.context.logger.debug({ err: error }, 'the versions could not be read; trying again');
    }
  }
}
