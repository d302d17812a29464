import { type Queryable, toJson } from '#database';
import type { Recipient } from './recipients.rules.js';

export interface Draft {
  text: string;
  kind: 'reply' | 'note';
  /** The channel that `to` and `cc` are meant for; null with them. */
  channelId: string | null;
  to: Recipient[] | null;
  cc: Recipient[] | null;
}

export type DraftRow = Draft & { updatedAt: Date };

export async function findDraft(db: Queryable, conversationId: string, personId: string): Promise<DraftRow | null> {
  const [row] = await db.query<DraftRow>(
    `select text, kind, channel_id as "channelId", recipients as to, copies as cc, updated_at as "updatedAt"
     from drafts where conversation_id = $1 and person_id = $2`,
    [conversationId, personId],
  );
  return row ?? null;
}

export async function saveDraft(
  db: Queryable,
  { conversationId, personId }: { conversationId: string; personId: string },
  { kind, text, channelId, to, cc }: Draft,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into drafts (conversation_id, person_id, kind, text, channel_id, recipients, copies, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (conversation_id, person_id)
     do update set kind = excluded.kind, text = excluded.text, channel_id = excluded.channel_id,
       recipients = excluded.recipients, copies = excluded.copies, updated_at = excluded.updated_at`,
    [conversationId, personId, kind, text, channelId, to && toJson(to), cc && toJson(cc), now],
  );
}

export async function dropDraft(db: Queryable, conversationId: string, personId: string): Promise<void> {
  await db.query('delete from drafts where conversation_id = $1 and person_id = $2', [conversationId, personId]);
}
