import type { ChannelKind } from '#contracts';
import { packed, type Queryable, type Tx, unpacked } from '#database';
import type { NewReceipt, StoredRequest } from './receipt.js';

export interface InsertedRow {
  id: string;
  state: 'stored' | 'published';
  /** Which of its item keys were seen for the first time. */
  newKeys: string[];
}

const GIVEN = `
     given as (
       select g.*, ${unpacked(10, 'g')} as raw,
              convert_from(substring($10::bytea from g.start + g.length for g.words), 'UTF8')::jsonb as request
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::int[], $8::boolean[],
                   $9::int[], $11::int[], $12::int[])
         as g(id, channel_id, channel_kind, provider_key, sender, received_at, words, ready, start, length, messages)
     )`;

/** One of the same sender has not been read yet. */
const WAITS_BEHIND = `exists (
                select 1 from receipts p where p.channel_id = g.channel_id and p.sender = g.sender and p.state = 'stored'
              )`;

/** Nothing but new receipts that need no reading: the table itself refuses what is known or has to wait. */
const INSERT_PLAIN = `
     with ${GIVEN},
     fresh as (
       insert into receipts (id, channel_id, channel_kind, provider_key, sender, received_at, request, raw, state)
       select id, channel_id, channel_kind, provider_key, sender, received_at, request, raw,
              case when ready and not ${WAITS_BEHIND} then 'published' end
       from given g order by channel_id, provider_key
     )
     insert into accepted_counts (channel_kind, slot, n)
     select channel_kind, $13, sum(messages) from given group by channel_kind having sum(messages) > 0
     on conflict (channel_kind, slot) do update set n = accepted_counts.n + excluded.n`;

/** The same for one: at any rate a person can type, each has a flush of its own, and half the work is enough. */
const INSERT_ONE = `
     with g as (select $2::uuid as channel_id, $5::text as sender),
     fresh as (
       insert into receipts (id, channel_id, channel_kind, provider_key, sender, received_at, request, raw, state)
       select $1::uuid, channel_id, $3::text, $4::text, sender, $6::timestamptz, $7::jsonb, $8::bytea,
              case when $9::boolean and not ${WAITS_BEHIND} then 'published' end from g
     )
     insert into accepted_counts (channel_kind, slot, n) select $3, $10::smallint, $11::int where $11 > 0
     on conflict (channel_kind, slot) do update set n = accepted_counts.n + excluded.n`;

const INSERT = `
     with ${GIVEN},
     fresh as (
       insert into receipts (id, channel_id, channel_kind, provider_key, sender, received_at, request, raw, state)
       select id, channel_id, channel_kind, provider_key, sender, received_at, request, raw,
              case when ready and not ${WAITS_BEHIND} then 'published' else 'stored' end
       from given g
       order by channel_id, provider_key
       on conflict on constraint receipts_provider_key do nothing
       returning id, channel_id, state
     ),
     arrived as (
       insert into arrivals (channel_id, item_key, receipt_id)
       select f.channel_id, k.item_key, f.id
       from unnest($13::uuid[], $14::text[]) as k(receipt_id, item_key) join fresh f on f.id = k.receipt_id
       order by f.channel_id, k.item_key
       on conflict do nothing
       returning receipt_id, item_key
     ),
     counted as (
       insert into accepted_counts (channel_kind, slot, n)
       select channel_kind, $16, sum(n)
       from (
         select g.channel_kind, g.messages as n from fresh f join given g on g.id = f.id
         union all
         select g.channel_kind, 1
         from arrived a
         join given g on g.id = a.receipt_id
         join unnest($13::uuid[], $14::text[], $15::boolean[]) as k(receipt_id, item_key, message)
           on k.receipt_id = a.receipt_id and k.item_key = a.item_key and k.message
       ) c
       group by channel_kind having sum(n) > 0
       on conflict (channel_kind, slot) do update set n = accepted_counts.n + excluded.n
     )
     select f.id, f.state,
            coalesce((select array_agg(a.item_key) from arrived a where a.receipt_id = f.id), '{}') as "newKeys"
     from fresh f`;

/** Receipts that stand for their one item each, all of it understood. */
export function arePlain(batch: NewReceipt[]): boolean {
  return batch.every(({ content, itemKeys }) => content !== null && itemKeys.length === 0);
}

/**
 * Plain receipts, with the commit. @param slot where this process counts
 * @throws what `wasNotPlain` knows, at the commit: one was known already, or waits behind another
 */
export function addPlainReceipts(tx: Tx, batch: NewReceipt[], slot: number): void {
  const [first] = batch;
  tx.withCommit(
    batch.length === 1
      ? { sql: INSERT_ONE, parameters: [...oneOf(first!), slot, first!.messages], onePlan: true }
      : { sql: INSERT_PLAIN, parameters: [...givenOf(batch), slot] },
  );
}

const oneOf = ({ id, channel, providerKey, sender, receivedAt, request, raw, content }: NewReceipt): unknown[] => [
  id,
  channel.id,
  channel.kind,
  providerKey,
  sender,
  receivedAt,
  JSON.stringify(request),
  raw,
  content !== null,
];

export function wasNotPlain(error: unknown): boolean {
  const { code, table } = error as { code?: unknown; table?: unknown };
  return table === 'receipts' && (code === '23505' || code === '23502');
}

/**
 * Everything one flush accepts, in one statement: receipts, the items of bundles, the counts. A delivery that is known
 * (or twice in the batch) is left out of the answer. Whoever has something waiting to be read keeps its order: what he sends next waits behind it.
 * @param slot where this process counts
 */
export function insertReceipts(tx: Tx, batch: NewReceipt[], slot: number): Promise<InsertedRow[]> {
  const keys = batch.flatMap((receipt) => receipt.itemKeys.map((item) => ({ receiptId: receipt.id, ...item })));
  return tx.query<InsertedRow>(INSERT, [
    ...givenOf(batch),
    keys.map((item) => item.receiptId),
    keys.map((item) => item.key),
    keys.map((item) => item.message),
    slot,
  ]);
}

/** The bytes of a receipt and, behind them, how it came: JSON in an array would be escaped here and unescaped there. */
function givenOf(batch: NewReceipt[]): unknown[] {
  const requests = batch.map((receipt) => Buffer.from(JSON.stringify(receipt.request)));
  const { bytes, starts } = packed(batch.flatMap(({ raw }, index) => [raw, requests[index]!]));
  return [
    batch.map((receipt) => receipt.id),
    batch.map((receipt) => receipt.channel.id),
    batch.map((receipt) => receipt.channel.kind),
    batch.map((receipt) => receipt.providerKey),
    batch.map((receipt) => receipt.sender),
    batch.map((receipt) => receipt.receivedAt),
    requests.map((request) => request.length),
    batch.map((receipt, index) => receipt.content !== null && !waitsBehind(batch, index)),
    starts.filter((_, index) => index % 2 === 0),
    bytes,
    batch.map((receipt) => receipt.raw.length),
    batch.map((receipt) => receipt.messages),
  ];
}

/** In the same batch an earlier delivery of the same sender has to be read first. */
function waitsBehind(batch: NewReceipt[], index: number): boolean {
  const { channel, sender } = batch[index]!;
  for (let earlier = 0; earlier < index; earlier++) {
    const other = batch[earlier]!;
    if (other.content === null && other.channel.id === channel.id && other.sender === sender) return true;
  }
  return false;
}

/** Ids of deliveries that were there before. */
export async function knownReceipts(
  db: Queryable,
  deliveries: { channelId: string; providerKey: string }[],
): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; channel_id: string; provider_key: string }>(
    `select r.id, r.channel_id, r.provider_key
     from unnest($1::uuid[], $2::text[]) as g(channel_id, provider_key) join receipts r using (channel_id, provider_key)`,
    [deliveries.map((delivery) => delivery.channelId), deliveries.map((delivery) => delivery.providerKey)],
  );
  return new Map(rows.map((row) => [`${row.channel_id} ${row.provider_key}`, row.id]));
}

export interface LoadedReceipt {
  id: string;
  channelId: string;
  channelKind: ChannelKind;
  providerKey: string;
  receivedAt: Date;
  request: StoredRequest;
  raw: Buffer;
}

/** The original as it came; null when there is none. */
export async function loadReceipt(db: Queryable, id: string): Promise<LoadedReceipt | null> {
  const [row] = await db.query<LoadedReceipt>(
    `select id, channel_id as "channelId", channel_kind as "channelKind", provider_key as "providerKey", received_at as "receivedAt", request, raw
     from receipts where id = $1`,
    [id],
  );
  return row ?? null;
}

/** Messages ever accepted, per kind of channel. */
export function acceptedCounts(db: Queryable): Promise<{ kind: string; n: number }[]> {
  return db.query(`select channel_kind as kind, sum(n)::float8 as n from accepted_counts group by channel_kind`);
}
