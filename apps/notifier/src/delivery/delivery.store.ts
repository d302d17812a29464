import { type ChannelKind, DELIVERY_WORDS, type DeliveryState, type OutboundReply } from '#contracts';
import type { Queryable, Tx } from '#database';
import type { Delivery } from './delivery.rules.js';
import { HANDOVER_LIMIT_MS } from './delivery.rules.js';
import type { Obstacles } from './obstacle.rules.js';

const FACTS = `d.id, d.message_id as "messageId", d.conversation_id as "conversationId", d.channel_id as "channelId",
  d.channel_kind as "channelKind", d.state, d.reason, d.provider_id as "providerId",
  d.former_provider_ids as "formerProviderIds", d.message_id_header as "messageIdHeader",
  d.released_at as "releasedAt", d.not_accepted_in_time as "notAcceptedInTime", d.attempts, d.tries,
  d.next_at as "nextAt", d.attempt_id as "attemptId", d.attempt_at as "attemptAt", d.worker,
  d.lease_until as "leaseUntil", d.dead_address as "deadAddress"`;

export interface NewDelivery {
  id: string;
  messageId: string;
  messageSeq: number;
  conversationId: string;
  channelId: string;
  channelKind: ChannelKind;
  recipients: string;
  reply: OutboundReply;
  messageIdHeader: string | null;
  releasedAt: string;
}

/** One row a reply; a reply that is known already stays as it is. Answers those that are new. */
export async function insertDeliveries(tx: Tx, replies: NewDelivery[], now: Date): Promise<Delivery[]> {
  return tx.query<Delivery>(
    `insert into deliveries as d (id, message_id, message_seq, conversation_id, channel_id, channel_kind, recipients,
       reply, state, message_id_header, released_at, next_at, created_at, updated_at)
     select n.id, n."messageId", n."messageSeq", n."conversationId", n."channelId", n."channelKind", n.recipients,
            n.reply, 'queued', n."messageIdHeader", n."releasedAt", $2::timestamptz, $2::timestamptz, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as n(id uuid, "messageId" uuid, "messageSeq" int, "conversationId" uuid,
       "channelId" uuid, "channelKind" text, recipients text, reply jsonb, "messageIdHeader" text,
       "releasedAt" timestamptz)
     on conflict do nothing returning ${FACTS}`,
    [JSON.stringify(replies), now],
  );
}

export interface Claim {
  now: Date;
  limit: number;
  /** At most so many of one channel in one claim. */
  perChannel: number;
  /** Channels whose hands are full. */
  busyChannels: string[];
}

/**
 * Locks what is due. Replies of one conversation on one channel keep their order: nobody overtakes one that is queued
 * or in the air, unless that one has been stuck beyond the handover limit.
 */
export async function lockDue(tx: Tx, claim: Claim): Promise<Delivery[]> {
  return tx.query<Delivery>(
    `with due as (
       select c.id, row_number() over (partition by c.channel_id order by c.next_at, c.message_seq) as place
       from deliveries c
       where c.state = 'queued' and c.next_at <= $1::timestamptz and c.channel_id <> all($4::uuid[])
         and not exists (
           select 1 from deliveries e
           where e.conversation_id = c.conversation_id and e.channel_id = c.channel_id
             and e.message_seq < c.message_seq
             and (e.state = 'sending' or (e.state = 'queued' and e.released_at > $5::timestamptz)))
     )
     select ${FACTS} from deliveries d join due on due.id = d.id
     where due.place <= $3 and d.state = 'queued'
     order by d.next_at, d.message_seq limit $2 for update of d skip locked`,
    [claim.now, claim.limit, claim.perChannel, claim.busyChannels, new Date(claim.now.getTime() - HANDOVER_LIMIT_MS)],
  );
}

/** Attempts whose holder is gone: its lease ran out or it is known to be dead. */
export async function lockAbandoned(tx: Tx, now: Date, dead: string[], limit: number): Promise<Delivery[]> {
  return tx.query<Delivery>(
    `select ${FACTS} from deliveries d
     where d.state = 'sending' and (d.lease_until <= $1::timestamptz or d.worker = any($2::text[]))
     order by d.lease_until limit $3 for update of d skip locked`,
    [now, dead, limit],
  );
}

/** Queued or in the air beyond the handover limit, and nobody was told yet. */
export async function lockLate(tx: Tx, now: Date, limit: number): Promise<Delivery[]> {
  return tx.query<Delivery>(
    `select ${FACTS} from deliveries d
     where d.state = 'queued' and not d.not_accepted_in_time and d.released_at <= $1::timestamptz
     order by d.released_at limit $2 for update of d skip locked`,
    [new Date(now.getTime() - HANDOVER_LIMIT_MS), limit],
  );
}

export async function lockDelivery(tx: Tx, id: string): Promise<Delivery | null> {
  const [row] = await tx.query<Delivery>(`select ${FACTS} from deliveries d where d.id = $1 for update`, [id]);
  return row ?? null;
}

/** In id order, so that two transactions never wait for each other. */
export async function lockReported(tx: Tx, by: ReportKeys): Promise<Delivery[]> {
  return tx.query<Delivery>(
    `select ${FACTS} from deliveries d
     where d.id = any($1::uuid[]) or d.provider_id = any($2::text[]) or d.message_id_header = any($3::text[])
     order by d.id for update`,
    [by.deliveryIds, by.providerIds, by.headers],
  );
}

/** What waited for these channels to become known is due at once; null: whatever has meanwhile become known. */
export async function bringForward(db: Queryable, channelIds: string[] | null, now: Date): Promise<void> {
  await db.query(
    `update deliveries d set next_at = $2::timestamptz
     where d.state = 'queued' and d.reason = $3 and d.next_at > $2::timestamptz
       and ($1::uuid[] is null or d.channel_id = any($1::uuid[]))
       and exists (select 1 from channels c where c.id = d.channel_id)`,
    [channelIds, now, DELIVERY_WORDS.channel_unknown],
  );
}

export interface ReportKeys {
  deliveryIds: string[];
  providerIds: string[];
  headers: string[];
}

/** Writes what the rules decided, all rows with one statement. */
export async function saveDeliveries(tx: Tx, deliveries: Delivery[], now: Date): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.query(
    `update deliveries d set state = n.state, reason = n.reason, provider_id = n."providerId",
       former_provider_ids = array(select jsonb_array_elements_text(n."formerProviderIds")),
       message_id_header = n."messageIdHeader", not_accepted_in_time = n."notAcceptedInTime", attempts = n.attempts,
       tries = n.tries, next_at = n."nextAt", attempt_id = n."attemptId", attempt_at = n."attemptAt",
       worker = n.worker, lease_until = n."leaseUntil", dead_address = n."deadAddress", updated_at = $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as n(id uuid, state text, reason text, "providerId" text,
       "formerProviderIds" jsonb, "messageIdHeader" text, "notAcceptedInTime" boolean, attempts int, tries int,
       "nextAt" timestamptz, "attemptId" uuid, "attemptAt" timestamptz, worker text, "leaseUntil" timestamptz, "deadAddress" text)
     where d.id = n.id`,
    [JSON.stringify(deliveries), now],
  );
}

/** What is to be sent, and what is known to stand in its way. */
export async function loadReply(db: Queryable, id: string): Promise<{ reply: OutboundReply } & Obstacles> {
  const [row] = await db.query<{ reply: OutboundReply } & Obstacles>(
    `select d.reply,
       (select o.since from opt_outs o
        where o.channel_id = d.channel_id and o.address = d.reply #>> '{to,0,address}') as "optedOutAt",
       (select b.reason from deliveries b
        where b.conversation_id = d.conversation_id and b.state = 'failed' and jsonb_array_length(d.reply -> 'to') = 1
          and b.dead_address = lower(d.reply #>> '{to,0,address}')
          and b.message_seq < d.message_seq and b.message_seq > (d.reply ->> 'answersSeq')::int
        order by b.message_seq desc limit 1) as "cameBack"
     from deliveries d where d.id = $1`,
    [id],
  );
  if (!row) throw new Error(`delivery ${id} has gone`);
  return row;
}

/** True when the provider's id belongs to another reply: two with the same words are told apart by it. */
export async function isAnothers(db: Queryable, id: string, providerId: string): Promise<boolean> {
  const rows = await db.query('select 1 from deliveries where provider_id = $2 and id <> $1 limit 1', [id, providerId]);
  return rows.length > 0;
}

/** A living worker keeps what is still in its hands; what it could not record is left to the lease. */
export async function extendLeases(db: Queryable, worker: string, ids: string[], until: Date): Promise<void> {
  await db.query(
    `update deliveries set lease_until = $3::timestamptz
     where id = any($2::uuid[]) and state = 'sending' and worker = $1`,
    [worker, ids, until],
  );
}

export async function holders(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ worker: string }>(
    `select distinct worker from deliveries where state = 'sending' and worker is not null`,
  );
  return rows.map((row) => row.worker);
}

/** When there will be something to do next, as far as can be told now. */
export async function nextInstant(db: Queryable, now: Date): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    `select least(
       (select min(next_at) from deliveries where state = 'queued' and next_at > $1::timestamptz),
       (select min(lease_until) from deliveries where state = 'sending')) as at`,
    [now],
  );
  return row?.at ?? null;
}

export async function addCounts(
  tx: Tx,
  counts: { channelKind: string; state: DeliveryState; n: number }[],
): Promise<void> {
  if (counts.length === 0) return;
  await tx.query(
    `insert into delivery_counts as c (channel_kind, state, n)
     select n."channelKind", n.state, n.n from jsonb_to_recordset($1::jsonb) as n("channelKind" text, state text, n bigint)
     order by 1, 2
     on conflict (channel_kind, state) do update set n = c.n + excluded.n`,
    [JSON.stringify(counts)],
  );
}

export async function readCounts(db: Queryable): Promise<{ channel: string; state: string; n: number }[]> {
  return db.query('select channel_kind as channel, state, n::float8 as n from delivery_counts');
}
