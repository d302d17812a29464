import { Injectable } from '@nestjs/common';
import type { ChannelAccount, SecretSet } from '#connectors';
import type { ChannelChanged, ChannelKind, PersonView, TeamView } from '#contracts';
import type { Tx } from '#database';
import { unseal } from '#kernel';
import { NotifierContext } from '../notifier.context.js';
import {
  type ChannelRow,
  keepChannels,
  keepPeople,
  keepTeams,
  loadChannel,
  loadChannels,
  loadPeople,
  loadTeams,
} from './directory.store.js';
import type { Directory } from '../alerts/recipients.rules.js';

/** What notifier knows about channels and people, from gateway's events. */
@Injectable()
export class DirectoryService {
  constructor(private readonly context: NotifierContext) {}

  /** Null: the channel's event was not handled here yet. Removed channels answer `removed: true`. */
  async channel(id: string): Promise<{ account: ChannelAccount; removed: boolean } | null> {
    const row = await loadChannel(this.context.db, id);
    return row && { account: this.account(row), removed: row.removed };
  }

  async channelsOf(kind: ChannelKind): Promise<ChannelAccount[]> {
    const rows = await loadChannels(this.context.db, kind);
    return rows.map((row) => this.account(row));
  }

  /** Inside a consumer's transaction: everybody active, teams, and whether staff can be reached by SMS. */
  async everybody(tx: Tx): Promise<Directory> {
    const [people, teams, sms] = [await loadPeople(tx), await loadTeams(tx), await loadChannels(tx, 'sms')];
    return { people, teams, smsChannelId: sms[0]?.id ?? null };
  }

  keepChannels(tx: Tx, changes: ChannelChanged[], now: Date): Promise<void> {
    return keepChannels(tx, changes, now);
  }

  async keepPeople(tx: Tx, people: PersonView[], teams: TeamView[], now: Date): Promise<void> {
    await keepPeople(tx, people, now);
    await keepTeams(tx, teams, now);
  }

  private account(row: ChannelRow): ChannelAccount {
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      address: row.address,
      config: row.config,
      secrets: unseal<SecretSet[]>(this.context.config.secret, row.sealedSecrets),
    };
  }
}
