import type { Queryable } from '#database';

export interface DraftRow {
  text: string;
  kind: 'reply' | 'note';
  updatedAt: Date;
}

export async function findDraft(db: Queryable, conversationId: string, personId: string): Promise<DraftRow | null> {
  const [row] = await db.query<DraftRow>(
    `select text, kind, updated_at as "updatedAt" from drafts where conversation_id = $1 and person_id = $2`,
    [conversationId, personId],
  );
  return row ?? null;
}

export async function saveDraft(
  db: Queryable,
  { conversationId, personId }: { conversationId: string; personId: string },
  draft: { text: string; kind: 'reply' | 'note' },
  now: Date,
): Promise<void> {
  await db.query(
    `insert into drafts (conversation_id, person_id, kind, text, updated_at) values ($1, $2, $3, $4, $5)
     on conflict (conversation_id, person_id)
     do update set kind = excluded.kind, text = excluded.text, updated_at = excluded.updated_at`,
    [conversationId, personId, draft.kind, draft.text, now],
  );
}

export async function dropDraft(db: Queryable, conversationId: string, personId: string): Promise<void> {
  await db.query('delete from drafts where conversation_id = $1 and person_id = $2', [conversationId, personId]);
}
