import type { Queryable } from '#database';

/** Of these conversations, the ones that somebody may see (security.md D1). */
export async function visibleOf(
  db: Queryable,
  who: { personId: string; teamIds: string[]; all: boolean },
  conversationIds: string[],
): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    `select conversation_id as id from conversation_audiences
     where conversation_id = any($1::uuid[])
       and ($2 or channel_team_ids = '{}' or channel_team_ids && $3::uuid[] or team_id = any($3::uuid[]) or assignee_id = $4)`,
    [conversationIds, who.all, who.teamIds, who.personId],
  );
  return new Set(rows.map((row) => row.id));
}
