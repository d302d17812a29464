import { Inject, Injectable } from '@nestjs/common';
import type { TeamView } from '#contracts';
import type { Tx } from '#database';
import { cleanText, isId, newId, notFound } from '#kernel';
import type { Identity } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { recordAudit } from '../audit/audit.store.js';
import { loadPerson } from './people.store.js';
import { listTeams, loadTeams, saveTeam, setMembers } from './teams.store.js';
import { VersionWatch } from './version-watch.js';

@Injectable()
export class TeamsService {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(VersionWatch) private readonly versions: VersionWatch,
  ) {}

  list(after: { name: string; id: string } | null, limit: number): Promise<TeamView[]> {
    return listTeams(this.context.db, after, limit);
  }

  create(asker: Identity, wanted: { name: string; memberIds?: string[] }): Promise<TeamView> {
    return this.save(asker, 'team.created', async () => ({
      id: newId(),
      ...wanted,
      memberIds: wanted.memberIds ?? [],
    }));
  }

  change(asker: Identity, id: string, wanted: { name?: string; memberIds?: string[] }): Promise<TeamView> {
    return this.save(asker, 'team.changed', async (tx) => {
      const [before] = isId(id) ? await loadTeams(tx, [id]) : [];
      if (!before) throw notFound('team', id);
      return { id, name: wanted.name ?? before.name, memberIds: wanted.memberIds ?? before.memberIds };
    });
  }

  private save(asker: Identity, action: string, decide: (tx: Tx) => Promise<TeamView>): Promise<TeamView> {
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      await this.versions.bump(tx, 'people', null);
      const wanted = await decide(tx);
      await saveTeam(tx, { id: wanted.id, name: cleanText(wanted.name).trim() }, now);
      const moved = await setMembers(tx, wanted.id, [...new Set(wanted.memberIds)]);
      const [team] = await loadTeams(tx, [wanted.id]);
      await recordAudit(tx, {
        at: now,
        actorId: asker.personId,
        action,
        subjectKind: 'team',
        subjectId: wanted.id,
        details: { name: team!.name, memberIds: team!.memberIds },
      });
      this.context.log.append(tx, [{ type: 'team.changed', key: team!.id, payload: team!, occurredAt: now }]);
      for (const personId of moved) {
        const person = (await loadPerson(tx, personId))!;
        this.context.log.append(tx, [{ type: 'person.changed', key: personId, payload: person, occurredAt: now }]);
      }
      return team!;
    });
  }
}
