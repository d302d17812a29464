import type { Queryable } from '#database';
import type { Identity } from '#platform';
import { AGENT_OF_WAIT, Parameters, TEAM_OF_WAIT, visibleTo } from '../waits/waits.store.js';
import type { FigureRow, Grouping, ReportRequest } from './report.rules.js';

/**
 * Whose group a wait's outcome falls into, and whose its response time: the same, except by agent, where a breach is the
 * owner's at the deadline and the response is its author's (domain.md 2.12). `tz` is the parameter of the zone.
 */
function keysOf(grouping: Grouping, tz: string): { outcome: string; response: string } {
  const same = (sql: string) => ({ outcome: sql, response: sql });
  switch (grouping) {
    case 'channel':
      return same('w.channel_kind');
    case 'account':
      return same('w.channel_id::text');
    case 'agent':
      return { outcome: `${AGENT_OF_WAIT}::text`, response: 'w.answered_by_id::text' };
    case 'team':
      return same(`${TEAM_OF_WAIT}::text`);
    case 'hour':
      return same(`to_char(w.opened_at at time zone ${tz}, 'HH24')`);
    case 'weekday':
      return same(`to_char(w.opened_at at time zone ${tz}, 'ID')`);
    case 'tag':
      return same('tag.name');
    case 'policy':
      return same('w.policy_id::text');
  }
}

/** What the database knows a key as; other labels are words of ours. */
const LABEL: Partial<Record<Grouping, string>> = {
  account: '(select n.name from names n where n.id::text = f.key)',
  agent: '(select n.name from names n where n.id::text = f.key)',
  team: '(select n.name from names n where n.id::text = f.key)',
  tag: 'f.key',
  policy: `(select v.body->>'name' from policies p join policy_versions v on v.policy_id = p.id and v.version = p.version
            where p.id::text = f.key)`,
};

/** Totals and groups from one statement, so that no card disagrees with its table. Percentiles are nearest-rank. */
export async function readFigures(db: Queryable, identity: Identity, request: ReportRequest): Promise<FigureRow[]> {
  const parameters = new Parameters();
  const from = parameters.add(request.from);
  const to = parameters.add(request.to);
  const visible = visibleTo(identity, parameters);
  const { groupBy } = request;
  const tz = groupBy === 'hour' || groupBy === 'weekday' ? parameters.add(request.tz) : 'null';
  const keys = groupBy ? keysOf(groupBy, tz) : null;
  const tags = groupBy === 'tag' ? `left join lateral unnest(w.tags) as tag(name) on true` : '';
  const outcome = `w.kind, w.outcome, w.state, null::float8 as seconds, true as counts`;
  const response = `w.kind, null, null, extract(epoch from w.satisfied_at - w.opened_at)::float8, false`;
  const groups = keys
    ? `union all select 'group', coalesce(${keys.outcome}, ''), ${outcome} from waits_of_period w ${tags}
       union all select 'group', coalesce(${keys.response}, ''), ${response} from waits_of_period w ${tags} where w.satisfied_at is not null`
    : '';
  return db.query<FigureRow>(
    `with waits_of_period as materialized (
       select w.* from waits w join conversations c on c.id = w.thread_id
       where w.figure_at >= ${from}::timestamptz and w.figure_at < ${to}::timestamptz
         and w.deadline_at is not null and w.kind in ('first_response', 'next_response') and ${visible}
     ), counted as (
       select 'total' as part, '' as key, ${outcome} from waits_of_period w
       union all select 'total', '', ${response} from waits_of_period w where w.satisfied_at is not null
       ${groups}
     ), f as (
       select part, key,
         count(*) filter (where outcome = 'met')::float8 as met,
         count(*) filter (where outcome = 'breached')::float8 as breached,
         count(*) filter (where state = 'open' and outcome is null)::float8 as open,
         count(*) filter (where outcome = 'cancelled')::float8 as cancelled,
         ${percentiles('first', 'first_response')}, ${percentiles('next', 'next_response')}
       from counted group by part, key
     )
     select f.*, case when f.part = 'group' then ${(groupBy && LABEL[groupBy]) ?? 'null'} end as label
     from f order by part, key`,
    parameters.values,
  );
}

function percentiles(name: string, kind: string): string {
  const at = (fraction: number, column: string) =>
    `percentile_disc(${fraction}) within group (order by seconds) filter (where kind = '${kind}') as "${name}${column}"`;
  return `count(seconds) filter (where kind = '${kind}')::float8 as "${name}N", ${at(0.5, 'Median')}, ${at(0.9, 'P90')}, ${at(0.95, 'P95')}`;
}
