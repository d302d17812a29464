import { Inject, Injectable } from '@nestjs/common';
import type { ConnectorDescription } from '#connectors';
import { type ChannelKind, type ChannelView, slaKindOf } from '#contracts';
import type { Tx } from '#database';
import { cleanText, isId, newId, newSecret, notFound, replyBase, seal, unseal } from '#kernel';
import { channelEgress, type Identity, seesEverything } from '#platform';
import { refreshAudiences } from '../changes/change-writer.store.js';
import { GatewayContext } from '../gateway.context.js';
import { type AuditEntry, recordAudit } from '../audit/audit.store.js';
import { unknownIds, unknownTeams } from '../people/teams.store.js';
import { VersionWatch } from '../people/version-watch.js';
import { ChannelDirectory } from './channel-directory.js';
import {
  checkAvailable,
  checkOutgoing,
  mergedConfig,
  readSecrets,
  rotated,
  type Secrets,
  withoutWiring,
} from './channels.rules.js';
import {
  type ChannelRow,
  listChannels,
  loadChannel,
  lockChannel,
  removeChannel,
  saveChannel,
} from './channels.store.js';
import { describeKind } from './known-kinds.js';

export interface ChannelToCreate {
  kind: string;
  name: string;
  config?: Record<string, unknown>;
  secrets?: Record<string, unknown>;
  teamIds?: string[];
}

export type ChannelChange = Omit<Partial<ChannelToCreate>, 'kind'>;

/** Connects mailboxes, numbers, pages and widgets. */
@Injectable()
export class ChannelsService {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(VersionWatch) private readonly versions: VersionWatch,
    @Inject(ChannelDirectory) private readonly directory: ChannelDirectory,
  ) {}

  async list(asker: Identity, after: string | null, limit: number): Promise<ChannelView[]> {
    const rows = await listChannels(this.context.db, aclOf(asker), after, limit);
    return rows.map((row) => this.viewFor(asker, row));
  }

  async get(asker: Identity, id: string): Promise<ChannelView> {
    const row = isId(id) ? await loadChannel(this.context.db, aclOf(asker), id) : null;
    if (!row) throw notFound('channel', id);
    return this.viewFor(asker, row);
  }

  async create(asker: Identity, wanted: ChannelToCreate): Promise<ChannelView> {
    const description = describeKind(wanted.kind);
    const kind = description.kind;
    const before: ChannelRow = {
      id: newId(),
      kind,
      name: '',
      config: {},
      address: '',
      replyBase: null,
      sealedSecrets: seal(this.context.config.secret, []),
      teamIds: [],
      websiteToken: kind === 'webchat' ? newSecret('wt_').slice(0, 35) : null,
      state: 'waiting',
      stateReason: null,
      lastReceivedAt: null,
      createdAt: this.context.now(),
    };
    return this.save(asker, 'channel.created', async () => before, { ...wanted, config: wanted.config ?? {} });
  }

  change(asker: Identity, id: string, change: ChannelChange): Promise<ChannelView> {
    return this.save(asker, 'channel.changed', (tx) => this.locked(tx, id), change);
  }

  async remove(asker: Identity, id: string): Promise<void> {
    await this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      await this.versions.bump(tx, 'channels', id);
      const row = await this.locked(tx, id);
      const sealedSecrets = seal(this.context.config.secret, []);
      await removeChannel(tx, id, sealedSecrets, now);
      await this.tell(tx, { ...row, sealedSecrets }, true, now);
      await recordAudit(tx, auditOf(asker, 'channel.removed', row, now));
    });
    await this.directory.reload();
  }

  private async save(
    asker: Identity,
    action: string,
    load: (tx: Tx) => Promise<ChannelRow>,
    change: ChannelChange,
  ): Promise<ChannelView> {
    const saved = await this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      await this.versions.bump(tx, 'channels', null);
      const before = await load(tx);
      const { row, rotatedSecrets } = this.applied(before, change);
      const unknown = await unknownTeams(tx, row.teamIds);
      if (unknown.length > 0) throw unknownIds('team', unknown);
      await saveChannel(tx, row, now);
      if (String(row.teamIds) !== String(before.teamIds)) await refreshAudiences(tx, row.id);
      await this.tell(tx, row, false, now);
      const entry = auditOf(asker, action, row, now);
      await recordAudit(tx, { ...entry, details: { ...entry.details, fields: Object.keys(change), rotatedSecrets } });
      return row;
    });
    await this.directory.reload(); // what was set up receives before the answer says so
    return this.viewFor(asker, saved);
  }

  /** @throws DomainError invalid_channel_config, invalid_channel_secrets */
  private applied(before: ChannelRow, change: ChannelChange): { row: ChannelRow; rotatedSecrets: boolean } {
    const description = describeKind(before.kind);
    const secret = this.context.config.secret;
    const config = mergedConfig(before.config, change.config ?? {});
    checkAvailable(before.kind, config);
    const sets = this.setsOf(before);
    const next = rotated(sets, readSecrets(change.secrets ?? {}, description.secretFields));
    description.validate(config, next[0] ?? {});
    checkOutgoing(description.outgoing?.(config) ?? [], channelEgress(this.context.config));
    const address = description.address(config);
    const rotatedSecrets = next !== sets;
    return {
      rotatedSecrets,
      row: {
        ...before,
        name: change.name === undefined ? before.name : cleanText(change.name).trim(),
        config,
        address,
        replyBase: before.kind === 'email' ? replyBase(address) : null,
        sealedSecrets: rotatedSecrets ? seal(secret, next) : before.sealedSecrets,
        teamIds: change.teamIds ? [...new Set(change.teamIds)] : before.teamIds,
      },
    };
  }

  /** Unreadable ones (another KAIROS_SECRET) are replaced by what is entered now. */
  private setsOf(row: ChannelRow): Secrets[] {
    try {
      return unseal<Secrets[]>(this.context.config.secret, row.sealedSecrets);
    } catch {
      return [];
    }
  }

  private async locked(tx: Tx, id: string): Promise<ChannelRow> {
    const row = isId(id) ? await lockChannel(tx, id) : null;
    if (!row) throw notFound('channel', id);
    return row;
  }

  private async tell(tx: Tx, row: ChannelRow, removed: boolean, now: Date): Promise<void> {
    const { id, kind, name, address, config, sealedSecrets, teamIds } = row;
    const slaKind = slaKindOf(kind, config);
    const payload = { id, kind, name, slaKind, address, config, sealedSecrets, teamIds, removed };
    this.context.log.append(tx, [{ type: 'channel.changed', key: id, payload, occurredAt: now }]);
  }

  private viewFor(asker: Identity, row: ChannelRow): ChannelView {
    const description: ConnectorDescription = describeKind(row.kind);
    const view: ChannelView = {
      id: row.id,
      kind: row.kind as ChannelKind,
      name: row.name,
      config: row.config,
      address: row.address,
      state: row.state,
      stateReason: row.stateReason,
      teamIds: row.teamIds,
      webhooks: description.webhooks(this.context.config.publicUrl, row.id, row.config),
      ...(row.websiteToken ? { websiteToken: row.websiteToken } : {}),
      lastReceivedAt: row.lastReceivedAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
    };
    return seesEverything(asker) ? view : withoutWiring(view);
  }
}

/** Null: sees all channels. */
function aclOf(asker: Identity): string[] | null {
  return seesEverything(asker) ? null : asker.teamIds;
}

function auditOf(asker: Identity, action: string, row: ChannelRow, at: Date): AuditEntry {
  const details = { kind: row.kind, address: row.address };
  return { at, actorId: asker.personId, action, subjectKind: 'channel', subjectId: row.id, details };
}
