import type { DestinationKind, EscalationFired, PersonView, PolicyLevel, TeamView } from '#contracts';

export type Person = Omit<PersonView, 'active' | 'phone'> & { phone: string | null };

/** Who is there at the moment of firing. */
export interface Directory {
  /** Active ones only. */
  people: Person[];
  teams: TeamView[];
  /** A channel that can text staff; null: none is set up. */
  smsChannelId: string | null;
}

export interface Destination {
  id: string;
  kind: DestinationKind;
  config: { channel?: string; address?: string; url?: string; channelId?: string };
}

export interface Recipient {
  kind: 'slack' | 'email' | 'sms' | 'webhook' | 'in_app';
  /** Destination id, address or person id: unique per escalation. */
  target: string;
  destinationId: string | null;
  /** The SMS channel to send by. */
  channelId: string | null;
  language: string | null;
  timeZone: string | null;
}

export interface Situation {
  directory: Directory;
  destinations: Destination[];
  /** SMTP_OUT_URL is set. */
  mail: boolean;
}

type Level = Pick<EscalationFired, 'to' | 'next' | 'level' | 'assigneeId' | 'teamId'>;

/** The built-in chain (domain.md 2.9): who comes next when an event does not say. */
const USUAL_CHAIN: PolicyLevel['to'][] = ['assignee', 'slack', 'lead', 'manager'];

/**
 * Recipients as of now. Nobody resolvable: the next level's, with the reason; nothing is dropped. `why` is null when
 * those are told whom the policy names.
 */
export function resolveRecipients(level: Level, situation: Situation): { recipients: Recipient[]; why: string | null } {
  const first = recipientsOf(level.to, level, situation);
  if (first.length > 0) return { recipients: first, why: null };
  for (const to of level.next ?? later(level.to)) {
    const recipients = recipientsOf(to, level, situation);
    if (recipients.length > 0) return { recipients, why: `Nobody could be told as "${nameOf(level.to)}"` };
  }
  return { recipients: [], why: `Nobody could be told as "${nameOf(level.to)}", nor at any later level` };
}

/** When Slack is down: managers by mail and text, as far as those are set up. */
export function managersElsewhere(situation: Situation): Recipient[] {
  return reach(managers(situation.directory), situation, { mail: true, sms: true }).filter((r) => r.kind !== 'in_app');
}

function recipientsOf(to: PolicyLevel['to'], level: Level, situation: Situation): Recipient[] {
  const { directory, destinations } = situation;
  // level 1 is the nudge in the app; from level 2 on people are also written to
  const outside = level.level > 1;
  if (typeof to === 'object') return destinations.filter((d) => d.id === to.destinationId).map(byDestination);
  switch (to) {
    case 'slack':
      return destinations.filter((d) => d.kind === 'slack').map(byDestination);
    case 'assignee': {
      const owner = directory.people.filter((person) => person.id === level.assigneeId);
      return reach(owner.length > 0 ? owner : crew(level, directory), situation, { mail: outside, sms: false });
    }
    case 'team':
      return reach(crew(level, directory), situation, { mail: outside, sms: false });
    case 'lead':
      return reach(leads(level, directory), situation, { mail: true, sms: false });
    case 'manager':
      return reach(managers(directory), situation, { mail: true, sms: true });
  }
}

/** The team that owns the conversation; without one, everybody. */
function crew(level: Level, directory: Directory): Person[] {
  const inTeam = directory.people.filter((person) => isMember(person, level.teamId, directory));
  return inTeam.length > 0 ? inTeam : directory.people;
}

function leads(level: Level, directory: Directory): Person[] {
  const all = directory.people.filter((person) => person.role === 'lead');
  const own = all.filter((person) => isMember(person, level.teamId, directory));
  if (own.length > 0) return own;
  return all.length > 0 ? all : managers(directory);
}

function managers(directory: Directory): Person[] {
  const named = directory.people.filter((person) => person.role === 'manager');
  return named.length > 0 ? named : directory.people.filter((person) => person.role === 'admin');
}

function isMember(person: Person, teamId: string | null, { teams }: Directory): boolean {
  if (teamId === null) return false;
  return person.teamIds.includes(teamId) || !!teams.find((t) => t.id === teamId)?.memberIds.includes(person.id);
}

function reach(people: Person[], situation: Situation, by: { mail: boolean; sms: boolean }): Recipient[] {
  const { smsChannelId } = situation.directory;
  return people.flatMap((person) => {
    const base = { destinationId: null, channelId: null, language: person.language, timeZone: person.timeZone };
    const list: Recipient[] = [{ ...base, kind: 'in_app', target: person.id }];
    if (by.mail && situation.mail) list.push({ ...base, kind: 'email', target: person.email });
    if (by.sms && person.phone && smsChannelId) {
      list.push({ ...base, kind: 'sms', target: person.phone, channelId: smsChannelId });
    }
    return list;
  });
}

function byDestination(destination: Destination): Recipient {
  const { id, kind, config } = destination;
  const target = kind === 'email' || kind === 'sms' ? (config.address ?? id) : id;
  const channelId = kind === 'sms' ? (config.channelId ?? null) : null;
  return { kind, target, destinationId: id, channelId, language: null, timeZone: null };
}

function later(to: PolicyLevel['to']): PolicyLevel['to'][] {
  const place = typeof to === 'string' ? USUAL_CHAIN.indexOf(to === 'team' ? 'assignee' : to) : -1;
  const rest = USUAL_CHAIN.slice(place + 1);
  return rest.length > 0 ? rest : ['slack'];
}

function nameOf(to: PolicyLevel['to']): string {
  return typeof to === 'string' ? to : 'destination';
}
