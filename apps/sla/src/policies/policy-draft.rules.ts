import {
  CHANNEL_KINDS,
  PRIORITIES,
  SLA_KINDS,
  type PolicyLevel,
  type PolicyTarget,
  type PolicyView,
  WAIT_KINDS,
} from '#contracts';
import { cleanText, DomainError, durationToSeconds, invalid } from '#kernel';
import { calendarsNotAvailable } from '../calendars/basis.rules.js';
import { DEFAULT_CHAIN, DEFAULT_WARNINGS } from './default-policies.rules.js';

/** A policy as a manager writes it; id and version are ours. */
export type PolicyDraft = Omit<PolicyView, 'id' | 'version'>;

const MAX_ENTRIES = 50;
/** A hundred days: beyond it somebody meant another unit. */
const MAX_TARGET_SECONDS = 100 * 86_400;
const KINDS_WITH_CLOCK = ['first_response', 'next_response'];
const RECIPIENTS = ['assignee', 'team', 'lead', 'manager', 'slack'] as const;

interface Fault {
  path: string;
  message: string;
}
type Json = Record<string, unknown>;

/** Reads and checks a policy; all faults at once, in words. @throws DomainError invalid_policy, calendars_not_available */
export function readPolicyDraft(body: unknown): PolicyDraft {
  const faults: Fault[] = [];
  const fault = (path: string, message: string) => void faults.push({ path, message });
  if (!isObject(body)) throw refuse([{ path: '', message: 'a policy is a JSON object with name, scope and targets' }]);
  const known = ['id', 'version', 'name', 'rank', 'replace', 'scope', 'targets', 'warnAt', 'chain', 'enabled'];
  for (const key of Object.keys(body))
    if (!known.includes(key)) fault(key, `${key.slice(0, 40)} is unknown; a policy has ${known.join(', ')}`);
  const name = readName(body['name'], fault);
  const scope = readScope(body['scope'], fault);
  const draft: PolicyDraft = {
    name,
    scope,
    rank: readRank(body['rank'], scope, fault),
    replace: readFlag(body['replace'], 'replace', false, fault),
    targets: readTargets(body['targets'], fault),
    warnAt: readWarnings(body['warnAt'], fault),
    chain: readChain(body['chain'], fault),
    enabled: readFlag(body['enabled'], 'enabled', true, fault),
  };
  if (faults.length > 0) throw refuse(faults);
  return draft;
}

type Report = (path: string, message: string) => void;

function refuse(errors: Fault[]): DomainError {
  const words = errors.slice(0, 3).map(({ message }) => message);
  return invalid('invalid_policy', `The policy was not saved: ${words.join('; ')}.`, { errors });
}

function readName(value: unknown, fault: Report): string {
  const name = typeof value === 'string' ? cleanText(value).trim() : '';
  if (name.length < 1 || name.length > 200) fault('name', 'name must be a text of 1 to 200 characters');
  return name;
}

function readFlag(value: unknown, path: string, otherwise: boolean, fault: Report): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') fault(path, `${path} must be true or false`);
  return value === true;
}

/** Left out: the more a policy is about, the higher it stands (category > tier > priority > channel). */
function readRank(value: unknown, scope: PolicyView['scope'], fault: Report): number {
  if (value === undefined) return defaultRank(scope);
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 1_000_000) return Number(value);
  fault('rank', 'rank must be a whole number from 0 (first) to 1000000');
  return 0;
}

export function defaultRank(scope: PolicyView['scope']): number {
  const weight = { categories: 16, tiers: 8, priorities: 4, teamIds: 2, channelKinds: 1 };
  const constrained = Object.entries(weight).filter(([key]) => scope[key as keyof typeof weight]?.length);
  return 900 - 100 * constrained.length - constrained.reduce((sum, [, points]) => sum + points, 0);
}

function readScope(value: unknown, fault: Report): PolicyView['scope'] {
  if (value === undefined) return {};
  if (!isObject(value)) {
    fault('scope', 'scope must be an object, for example {"channelKinds": ["email"]}; {} is everything');
    return {};
  }
  const allowed: Record<string, readonly string[] | null> = {
    channelKinds: [...new Set([...CHANNEL_KINDS, ...SLA_KINDS])],
    priorities: PRIORITIES,
    categories: null,
    tiers: null,
    teamIds: null,
  };
  const scope: Record<string, string[]> = {};
  for (const [key, list] of Object.entries(value)) {
    const choice = Object.hasOwn(allowed, key) ? allowed[key] : undefined;
    if (choice === undefined)
      fault(`scope.${key}`, `scope.${key.slice(0, 40)} is unknown; use ${Object.keys(allowed).join(', ')}`);
    else scope[key] = readNames(list, `scope.${key}`, choice, fault);
  }
  return scope;
}

function readNames(value: unknown, path: string, choice: readonly string[] | null, fault: Report): string[] {
  const fits = (entry: unknown) =>
    typeof entry === 'string' && entry.length > 0 && entry.length <= 100 && (!choice || choice.includes(entry));
  if (Array.isArray(value) && value.length <= MAX_ENTRIES && value.every(fits))
    return value.map((entry) => cleanText(String(entry)));
  fault(path, `${path} must be a list of ${choice ? choice.join(', ') : 'texts'}; leave it out or empty for any`);
  return [];
}

function readTargets(value: unknown, fault: Report): PolicyTarget[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 4) {
    fault(
      'targets',
      'targets must be a list of 1 to 4, for example [{"kind": "first_response", "target": "PT2H", "basis": "clock"}]',
    );
    return [];
  }
  const seen = new Set<unknown>();
  return value.flatMap((entry, index) => {
    const target = readTarget(entry, `targets.${index}`, fault);
    if (target && seen.has(target.kind)) fault(`targets.${index}.kind`, `${target.kind} has two targets; keep one`);
    seen.add(target?.kind);
    return target ? [target] : [];
  });
}

function readTarget(entry: unknown, path: string, fault: Report): PolicyTarget | null {
  const { kind, target, basis = 'clock' } = isObject(entry) ? entry : ({} as Json);
  if (basis === 'business') throw calendarsNotAvailable();
  if (basis !== 'clock') fault(`${path}.basis`, `${path}.basis must be clock`);
  if (WAIT_KINDS.every((known) => known !== kind))
    fault(`${path}.kind`, `${path}.kind must be one of ${KINDS_WITH_CLOCK.join(', ')}`);
  else if (!KINDS_WITH_CLOCK.includes(String(kind)))
    fault(`${path}.kind`, `${String(kind)} targets are not available yet; use ${KINDS_WITH_CLOCK.join(' or ')}`);
  const seconds = readSeconds(target, `${path}.target`, fault);
  if (seconds !== null && (seconds < 1 || seconds > MAX_TARGET_SECONDS))
    fault(`${path}.target`, `${path}.target must be at least PT1S and at most P100D`);
  return seconds === null ? null : { kind: kind as PolicyTarget['kind'], target: String(target), basis: 'clock' };
}

function readSeconds(value: unknown, path: string, fault: Report): number | null {
  try {
    return durationToSeconds(typeof value === 'string' ? value.slice(0, 40) : '');
  } catch {
    fault(path, `${path} must be an ISO 8601 duration, for example PT2H, PT30M or PT3S`);
    return null;
  }
}

function readWarnings(value: unknown, fault: Report): number[] {
  if (value === undefined) return DEFAULT_WARNINGS;
  const fits = (entry: unknown) => typeof entry === 'number' && entry > 0 && entry < 1;
  if (Array.isArray(value) && value.length <= 10 && value.every(fits))
    return [...new Set(value as number[])].sort((a, b) => a - b);
  fault('warnAt', 'warnAt must be a list of at most 10 fractions between 0 and 1, for example [0.5, 0.8]');
  return [];
}

function readChain(value: unknown, fault: Report): PolicyLevel[] {
  if (value === undefined) return DEFAULT_CHAIN;
  if (!Array.isArray(value) || value.length > 20) {
    fault(
      'chain',
      'chain must be a list of at most 20 levels, for example [{"at": {"overdue": "PT0S"}, "to": "slack"}]',
    );
    return [];
  }
  return value.flatMap((entry, index) => {
    const level: Json = isObject(entry) ? entry : {};
    const at = readInstantOf(level['at'], `chain.${index}.at`, fault);
    const to = readRecipient(level['to'], `chain.${index}.to`, fault);
    return at && to ? [{ at, to }] : [];
  });
}

function readInstantOf(value: unknown, path: string, fault: Report): PolicyLevel['at'] | null {
  if (isObject(value) && Object.keys(value).length === 1) {
    const { fraction, overdue } = value;
    if (typeof fraction === 'number' && fraction > 0 && fraction < 1) return { fraction };
    const seconds = typeof overdue === 'string' ? readSeconds(overdue, `${path}.overdue`, fault) : null;
    if (seconds !== null && seconds <= MAX_TARGET_SECONDS) return { overdue: String(overdue) };
  }
  fault(
    path,
    `${path} must be {"fraction": 0.8} (between 0 and 1) or {"overdue": "PT30M"} ("PT0S" is the deadline itself)`,
  );
  return null;
}

function readRecipient(value: unknown, path: string, fault: Report): PolicyLevel['to'] | null {
  const known = RECIPIENTS.find((recipient) => recipient === value);
  if (known) return known;
  const destinationId = isObject(value) ? value['destinationId'] : null;
  if (typeof destinationId === 'string' && destinationId.length > 0 && destinationId.length <= 100)
    return { destinationId: cleanText(destinationId) };
  fault(path, `${path} must be ${RECIPIENTS.join(', ')} or {"destinationId": "…"}`);
  return null;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
