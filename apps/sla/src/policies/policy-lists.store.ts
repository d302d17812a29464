import type { PolicyView } from '#contracts';
import type { Queryable } from '#database';
import type { PolicyList } from '../clock/model.rules.js';
import { ranked } from '../clock/policy.rules.js';

export async function loadPolicyLists(db: Queryable, versions: number[]): Promise<PolicyList[]> {
  const rows = await db.query<{ version: number; policies: PolicyView[] }>(
    'select version, policies from policy_lists where version = any($1::int[])',
    [versions],
  );
  return rows.map(({ version, policies }) => ({ version, policies: ranked(policies) }));
}

export async function currentListVersion(db: Queryable): Promise<number> {
  const [row] = await db.query<{ version: number }>('select max(version) as version from policy_lists');
  return row!.version;
}

/** Lists never change once made, so each is read once. */
export class PolicyListCache {
  private readonly known = new Map<number, PolicyList>();

  async lists(db: Queryable, versions: Iterable<number>): Promise<ReadonlyMap<number, PolicyList>> {
    const missing = [...new Set(versions)].filter((version) => !this.known.has(version));
    if (missing.length > 0) for (const list of await loadPolicyLists(db, missing)) this.known.set(list.version, list);
    return this.known;
  }
}
