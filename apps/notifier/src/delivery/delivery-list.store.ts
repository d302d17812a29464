import type { DeliveryState, OutboundDeliveryView } from '#contracts';
import type { Queryable } from '#database';
import type { Identity } from '#platform';
import { visibleTo } from '../conversations/conversations.store.js';

export interface DeliveryFilter {
  state?: DeliveryState | undefined;
  messageId?: string | undefined;
  conversationId?: string | undefined;
  id?: string | undefined;
}

export interface Position {
  at: string;
  id: string;
}

type Row = Omit<OutboundDeliveryView, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date; at: string };

/** Newest first; only what the identity may see. One more than `limit` says that there is a next page. */
export async function listDeliveries(
  db: Queryable,
  identity: Identity,
  filter: DeliveryFilter,
  page: { after: Position | null; limit: number },
): Promise<(OutboundDeliveryView & { at: string })[]> {
  const parameters: unknown[] = [];
  const place = (value: unknown) => `$${parameters.push(value)}`;
  const where = ['true'];
  if (filter.state) where.push(`d.state = ${place(filter.state)}`);
  if (filter.messageId) where.push(`d.message_id = ${place(filter.messageId)}::uuid`);
  if (filter.conversationId) where.push(`d.conversation_id = ${place(filter.conversationId)}::uuid`);
  if (filter.id) where.push(`d.id = ${place(filter.id)}::uuid`);
  if (page.after)
    where.push(`(d.created_at, d.id) < (${place(page.after.at)}::timestamptz, ${place(page.after.id)}::uuid)`);
  const visible = visibleTo(identity, parameters.length + 1);
  parameters.push(...visible.parameters);
  const rows = await db.query<Row>(
    `select d.id, d.message_id as "messageId", d.conversation_id as "conversationId", d.channel_id as "channelId",
            d.channel_kind as "channelKind", d.recipients as "to", d.state, d.reason, d.provider_id as "providerId",
            d.attempts, d.created_at as "createdAt", d.updated_at as "updatedAt", d.created_at::text as at
     from deliveries d join conversations c on c.id = d.conversation_id
     where ${where.join(' and ')} and ${visible.sql}
     order by d.created_at desc, d.id desc limit ${place(page.limit + 1)}`,
    parameters,
  );
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}
