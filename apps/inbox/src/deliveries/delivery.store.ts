import type { DeliveryState } from '#contracts';
import type { Tx } from '#database';

export interface DeliveryRow {
  messageId: string;
  state: DeliveryState | null;
  reason: string | null;
  providerId: string | null;
}

export async function lockDeliveries(tx: Tx, messageIds: string[]): Promise<DeliveryRow[]> {
  return tx.query<DeliveryRow>(
    `select id as "messageId", delivery_state as state, delivery_reason as reason, provider_id as "providerId"
     from messages where id = any($1::uuid[]) order by id for update`,
    [messageIds],
  );
}

export async function saveDeliveries(tx: Tx, rows: DeliveryRow[]): Promise<void> {
  await tx.query(
    `update messages m set delivery_state = n.state, delivery_reason = n.reason, provider_id = n.provider_id
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as n(id, state, reason, provider_id) where m.id = n.id`,
    [
      rows.map((row) => row.messageId),
      rows.map((row) => row.state),
      rows.map((row) => row.reason),
      rows.map((row) => row.providerId),
    ],
  );
}

/** A provider gave our mail another Message-ID: answers to that one join too. */
export async function addSentIds(tx: Tx, ids: { header: string; messageId: string }[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `insert into sent_mail_ids (header, message_id) select * from unnest($1::text[], $2::uuid[]) on conflict do nothing`,
    [ids.map((id) => id.header), ids.map((id) => id.messageId)],
  );
}
