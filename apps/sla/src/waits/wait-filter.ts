import { decodeCursor, readInstant, readLimit, readText } from '#platform';
import { WAIT_KINDS } from '#contracts';
import { invalid, isId } from '#kernel';
import { readZone } from './zone.js';

/** Which waits somebody asks for; every field left out filters nothing. */
export interface WaitFilter {
  state?: 'open' | 'ended';
  /** `none`: not decided yet, as a report counts open ones. */
  outcome?: 'met' | 'breached' | 'cancelled' | 'none';
  /** A channel's kind or its id. */
  channel?: string;
  /** Of the wait as it was opened or where it lives after a merge. */
  conversation?: string;
  customer?: string;
  policy?: string;
  /** Whose figure it is (`AGENT_OF_WAIT`); `none`: nobody's. So for team and tag. */
  assignee?: string;
  team?: string;
  tag?: string;
  answeredBy?: string;
  /** Answered ones only: those behind a response time. */
  answered?: 'true';
  /** Of the opening, in `tz`: 0 to 23, and ISO 1 (Monday) to 7. */
  hour?: number;
  weekday?: number;
  tz: string;
  kind?: string;
  /** Bounds of the instant that places a wait in a report: answer if met, deadline if breached, opening while open. */
  from?: Date;
  to?: Date;
}

export interface WaitPageRequest extends WaitFilter {
  limit?: number;
  /** [opened_at, id] of the last row of the page before. */
  after?: [string, string] | null;
}

const IDS = ['conversation', 'customer', 'policy', 'assignee', 'team', 'answeredBy'] as const;

/** @throws DomainError invalid_query and its like, each naming the parameter and what it takes */
export function readWaitFilter(query: Record<string, unknown>): WaitFilter {
  const filter: WaitFilter = {
    state: oneOf(query, 'state', ['open', 'ended'] as const),
    outcome: oneOf(query, 'outcome', ['met', 'breached', 'cancelled', 'none'] as const),
    kind: oneOf(query, 'kind', WAIT_KINDS),
    channel: readText(query, 'channel'),
    tag: readText(query, 'tag'),
    answered: oneOf(query, 'answered', ['true'] as const),
    hour: numberOf(query, 'hour', [0, 23]),
    weekday: numberOf(query, 'weekday', [1, 7]),
    tz: readZone(query),
    from: readInstant(query, 'from'),
    to: readInstant(query, 'to'),
  };
  for (const name of IDS) filter[name] = readText(query, name);
  return filter;
}

export function readWaitPage(query: Record<string, unknown>): WaitPageRequest {
  const after = decodeCursor(readText(query, 'cursor'), 2);
  if (after && !(typeof after[0] === 'string' && !Number.isNaN(Date.parse(after[0])) && isId(after[1]))) {
    throw invalid('invalid_cursor', 'The cursor is not one of ours. Use nextCursor of the page before, unchanged.');
  }
  return {
    ...readWaitFilter(query),
    limit: readLimit(readText(query, 'limit')),
    after: after as [string, string] | null,
  };
}

function oneOf<T extends string>(query: Record<string, unknown>, name: string, allowed: readonly T[]): T | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  const found = allowed.find((value) => value === text);
  if (!found) throw invalid('invalid_query', `${name}="${text.slice(0, 40)}" is unknown; use ${allowed.join(', ')}.`);
  return found;
}

function numberOf(query: Record<string, unknown>, name: string, [least, most]: [number, number]): number | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  if (value < least || value > most)
    throw invalid('invalid_query', `${name}="${text.slice(0, 40)}" is not allowed; use ${least} to ${most}.`);
  return value;
}
