import type { Audience } from '#contracts';
import type { Queryable, Tx } from '#database';
import { type Identity, seesEverything } from '#platform';

/** Who may see which conversation, as of the last event of a batch. Rows that would not change are neither written nor locked. */
export function keepAudiences(tx: Tx, audiences: Map<string, Audience>): void {
  if (audiences.size === 0) return;
  const rows = [...audiences].map(([id, { channelTeamIds, teamId, assigneeId }]) => ({
    id,
    channelTeamIds,
    teamId,
    assigneeId,
  }));
  tx.withCommit({
    sql: `insert into conversations as c (id, channel_team_ids, team_id, assignee_id)
     select n.id, array(select jsonb_array_elements_text(n."channelTeamIds")::uuid), n."teamId", n."assigneeId"
     from jsonb_to_recordset($1::jsonb) as n(id uuid, "channelTeamIds" jsonb, "teamId" uuid, "assigneeId" uuid)
     where not exists (
       select 1 from conversations k
       where k.id = n.id and k.team_id is not distinct from n."teamId" and k.assignee_id is not distinct from n."assigneeId"
         and k.channel_team_ids = array(select jsonb_array_elements_text(n."channelTeamIds")::uuid)
     )
     on conflict (id) do update set channel_team_ids = excluded.channel_team_ids, team_id = excluded.team_id,
       assignee_id = excluded.assignee_id`,
    parameters: [JSON.stringify(rows)],
  });
}

/**
 * Condition on `conversations c` (security.md D1) with its two parameters: $n teams, $n+1 person.
 * An empty channel_team_ids is everybody's channel.
 */
export function visibleTo(identity: Identity, first: number): { sql: string; parameters: unknown[] } {
  if (seesEverything(identity)) return { sql: 'true', parameters: [] };
  return {
    sql: `(c.channel_team_ids = '{}' or c.channel_team_ids && $${first}::uuid[] or c.team_id = any($${first}::uuid[])
      or c.assignee_id = $${first + 1}::uuid)`,
    parameters: [identity.teamIds, identity.personId],
  };
}

/** May this person act on the conversation? */
export async function mayWork(db: Queryable, identity: Identity, conversationId: string): Promise<boolean> {
  const visible = visibleTo(identity, 2);
  const rows = await db.query(`select 1 from conversations c where c.id = $1 and ${visible.sql}`, [
    conversationId,
    ...visible.parameters,
  ]);
  return rows.length > 0;
}
