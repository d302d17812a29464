import { Injectable } from '@nestjs/common';
import type { AnyEnvelope, ChannelChanged } from '#contracts';
import type { Tx } from '#database';
import { refreshAudiences, saveChannels, savePeople, saveTeams } from './directory.store.js';

/** Inbox's own copy of the few facts about channels, people and teams that it needs; gateway owns them. */
@Injectable()
export class DirectoryService {
  async channels(tx: Tx, events: AnyEnvelope[]): Promise<void> {
    const latest = new Map<string, ChannelChanged>();
    for (const event of events) {
      if (event.type === 'channel.changed') latest.set(event.payload.id, event.payload);
    }
    if (latest.size === 0) return;
    await saveChannels(
      tx,
      [...latest.values()].map(({ id, kind, slaKind, name, address, config, teamIds, removed }) => {
        const displayName = typeof config['displayName'] === 'string' ? config['displayName'] : null;
        return { id, kind, slaKind, name, address, displayName, teamIds, removed };
      }),
    );
    await refreshAudiences(tx, [...latest.keys()]);
  }

  async people(tx: Tx, events: AnyEnvelope[]): Promise<void> {
    const people = new Map<string, { id: string; name: string; email: string; active: boolean }>();
    const teams = new Map<string, { id: string; name: string }>();
    for (const event of events) {
      if (event.type === 'person.changed') {
        const { id, name, email, active } = event.payload;
        people.set(id, { id, name, email, active });
      } else if (event.type === 'team.changed')
        teams.set(event.payload.id, { id: event.payload.id, name: event.payload.name });
    }
    if (people.size > 0) await savePeople(tx, [...people.values()]);
    if (teams.size > 0) await saveTeams(tx, [...teams.values()]);
  }
}
