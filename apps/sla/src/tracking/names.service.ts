import { Injectable } from '@nestjs/common';
import type { AnyEnvelope } from '#contracts';
import type { Tx } from '#database';
import { type NameRow, saveNames } from './names.store.js';

const KINDS: Partial<Record<AnyEnvelope['type'], string>> = {
  'person.changed': 'person',
  'team.changed': 'team',
  'channel.changed': 'channel',
};

/** Labels of reports. A removed channel or person keeps its name: old figures still belong to it. */
@Injectable()
export class NamesService {
  async keep(tx: Tx, events: AnyEnvelope[]): Promise<void> {
    const latest = new Map<string, NameRow>();
    for (const { type, payload } of events) {
      const kind = KINDS[type];
      if (kind && 'name' in payload && 'id' in payload)
        latest.set(payload.id, { id: payload.id, kind, name: payload.name });
    }
    if (latest.size === 0) return;
    await saveNames(tx, [...latest.values()]);
  }
}
