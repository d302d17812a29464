import { Inject, Injectable } from '@nestjs/common';
import type { PersonView, Role } from '#contracts';
import type { Tx } from '#database';
import { cleanText, DomainError, isId, newId, notFound } from '#kernel';
import type { Identity } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { recordAudit } from '../audit/audit.store.js';
import { hashPassword, passwordMatches } from './passwords.js';
import {
  checkAdminRemains,
  checkMayChange,
  checkMayGrant,
  checkPassword,
  checkTimeZone,
  type PersonChange,
  shownTo,
  voidsCredentials,
} from './people.rules.js';
import {
  insertPerson,
  listPeople,
  loadPasswordHash,
  loadPerson,
  lockActiveAdmins,
  lockPerson,
  updatePerson,
} from './people.store.js';
import { voidCredentials } from './sessions.store.js';
import { loadTeams, setTeams } from './teams.store.js';
import { VersionWatch } from './version-watch.js';

export interface PersonToCreate {
  email: string;
  name: string;
  role: Role;
  password?: string;
  teamIds?: string[];
  language?: string;
  timeZone?: string;
  phone?: string | null;
}

/** Who works here. */
@Injectable()
export class PeopleService {
  constructor(
    @Inject(GatewayContext) private readonly context: GatewayContext,
    @Inject(VersionWatch) private readonly versions: VersionWatch,
  ) {}

  async get(personId: string): Promise<PersonView> {
    const person = await loadPerson(this.context.db, personId);
    if (!person) throw notFound('person', personId);
    return person;
  }

  async list(asker: Identity, after: { name: string; id: string } | null, limit: number): Promise<PersonView[]> {
    const people = await listPeople(this.context.db, after, limit);
    return people.map((person) => shownTo(asker, person));
  }

  async create(asker: Identity, wanted: PersonToCreate): Promise<PersonView> {
    checkMayGrant(asker, wanted.role);
    const passwordHash = await this.hashed(wanted.password, wanted.email);
    return this.context.db.transaction((tx) => this.insert(tx, wanted, passwordHash, asker.personId));
  }

  /** The first administrator too: made by nobody (`actorId` null). */
  async insert(
    tx: Tx,
    wanted: PersonToCreate,
    passwordHash: string | null,
    actorId: string | null,
  ): Promise<PersonView> {
    const now = this.context.now();
    const timeZone = wanted.timeZone ?? 'UTC';
    checkTimeZone(timeZone);
    const id = newId();
    await this.versions.bump(tx, 'people', id);
    await insertPerson(
      tx,
      {
        id,
        email: normalEmail(wanted.email),
        name: cleanText(wanted.name).trim(),
        role: wanted.role,
        passwordHash,
        language: wanted.language ?? 'en',
        timeZone,
        phone: wanted.phone ?? null,
      },
      now,
    );
    const teams = await setTeams(tx, id, [...new Set(wanted.teamIds ?? [])]);
    const person = (await loadPerson(tx, id))!;
    await recordAudit(tx, {
      at: now,
      actorId,
      action: 'person.created',
      subjectKind: 'person',
      subjectId: id,
      details: { email: person.email, role: person.role, teamIds: person.teamIds },
    });
    await this.tell(tx, person, teams, now);
    return person;
  }

  /**
   * @param currentPassword proves that it is really oneself who sets a new password.
   * @param keepSession hash of the session that asks: it survives one's own change of password.
   */
  async change(
    asker: Identity,
    id: string,
    change: PersonChange,
    proof: { currentPassword?: string; keepSession: string | null },
  ): Promise<PersonView> {
    if (!isId(id)) throw notFound('person', id);
    const own = asker.personId === id;
    if (own && change.password !== undefined) await this.checkCurrent(id, proof.currentPassword);
    const email = change.email ?? (await this.get(id)).email;
    const passwordHash = await this.hashed(change.password, email);
    return this.context.db.transaction(async (tx) => {
      const now = this.context.now();
      await this.versions.bump(tx, 'people', id);
      const admins = await lockActiveAdmins(tx);
      const before = await lockPerson(tx, id);
      if (!before) throw notFound('person', id);
      checkMayChange(asker, before, change);
      checkAdminRemains(before, change, admins.filter((other) => other !== id).length);
      if (change.timeZone !== undefined) checkTimeZone(change.timeZone);
      await updatePerson(tx, applied(before, change), passwordHash, now);
      const teams = change.teamIds ? await setTeams(tx, id, [...new Set(change.teamIds)]) : [];
      if (voidsCredentials(before, change)) await voidCredentials(tx, id, own ? proof.keepSession : null);
      const person = (await loadPerson(tx, id))!;
      await recordAudit(tx, {
        at: now,
        actorId: asker.personId,
        action: 'person.changed',
        subjectKind: 'person',
        subjectId: id,
        details: changedFacts(before, person, Object.keys(change)),
      });
      await this.tell(tx, person, teams, now);
      return shownTo(asker, person);
    });
  }

  async hashed(password: string | undefined, email: string): Promise<string | null> {
    if (password === undefined) return null;
    checkPassword(password, normalEmail(email));
    return hashPassword(password);
  }

  private async checkCurrent(personId: string, currentPassword: string | undefined): Promise<void> {
    const hash = await loadPasswordHash(this.context.db, personId);
    if (hash === null || (currentPassword && (await passwordMatches(hash, currentPassword)))) return;
    throw new DomainError(
      'current_password_needed',
      'invalid',
      'Send your present password as currentPassword beside the new one; the one sent is missing or wrong.',
    );
  }

  private async tell(tx: Tx, person: PersonView, teamIds: string[], now: Date): Promise<void> {
    const teams = teamIds.length > 0 ? await loadTeams(tx, teamIds) : [];
    this.context.log.append(tx, [
      { type: 'person.changed', key: person.id, payload: person, occurredAt: now },
      ...teams.map((team) => ({ type: 'team.changed' as const, key: team.id, payload: team, occurredAt: now })),
    ]);
  }
}

/** Addresses are compared and kept in lower case. */
export function normalEmail(email: string): string {
  return cleanText(email).trim().toLowerCase();
}

function applied(before: PersonView, change: PersonChange): PersonView {
  return {
    ...before,
    email: change.email === undefined ? before.email : normalEmail(change.email),
    name: change.name === undefined ? before.name : cleanText(change.name).trim(),
    role: change.role ?? before.role,
    language: change.language ?? before.language,
    timeZone: change.timeZone ?? before.timeZone,
    phone: change.phone === undefined ? before.phone : change.phone,
    active: change.active ?? before.active,
  };
}

/** Which fields, and from what to what where access changes; never a password. */
function changedFacts(before: PersonView, after: PersonView, fields: string[]): Record<string, unknown> {
  const facts: Record<string, unknown> = { fields };
  if (before.role !== after.role) facts['role'] = { from: before.role, to: after.role };
  if (before.active !== after.active) facts['active'] = { from: before.active, to: after.active };
  if (before.email !== after.email) facts['email'] = { from: before.email, to: after.email };
  if (before.teamIds.join() !== after.teamIds.join()) facts['teamIds'] = { from: before.teamIds, to: after.teamIds };
  return facts;
}
