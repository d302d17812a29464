import type { DeliveryReport } from '#contracts';
import type { Tx } from '#database';
import { newId } from '#kernel';
import { bareMessageId } from './delivery.rules.js';
import type { ReportKeys } from './delivery.store.js';

const KEEP_MS = 7 * 86_400_000;
/** Older ones are found by the row itself, when it learns its provider id. */
const RACE_MS = 10 * 60_000;

/** Words about something we do not know yet: they wait for the row that will know the provider's id. */
export async function keepUnmatched(tx: Tx, reports: DeliveryReport[], now: Date): Promise<void> {
  if (reports.length === 0) return;
  const rows = reports.map((report) => ({
    id: newId(),
    delivery: report.deliveryId,
    provider: report.providerId,
    header: bareMessageId(report.messageIdHeader),
    report,
  }));
  await tx.query(
    `insert into unmatched_reports (id, delivery_id, provider_id, message_id_header, report, reported_at)
     select n.id, n.delivery, n.provider, n.header, n.report, $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as n(id uuid, delivery uuid, provider text, header text, report jsonb)`,
    [JSON.stringify(rows), now],
  );
}

/** Takes the words kept for these keys, in the order in which they came. */
export async function takeUnmatched(tx: Tx, by: ReportKeys): Promise<DeliveryReport[]> {
  const rows = await tx.query<{ id: string; report: DeliveryReport }>(
    `delete from unmatched_reports
     where delivery_id = any($1::uuid[]) or provider_id = any($2::text[]) or message_id_header = any($3::text[])
     returning id, report`,
    [by.deliveryIds, by.providerIds, by.headers],
  );
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1)).map((row) => row.report);
}

/**
 * Words whose row has appeared without seeing them (both committed at once); also drops what nothing came for in a week.
 */
export async function takeMatchable(tx: Tx, now: Date): Promise<DeliveryReport[]> {
  await tx.query('delete from unmatched_reports where reported_at < $1::timestamptz', [
    new Date(now.getTime() - KEEP_MS),
  ]);
  const rows = await tx.query<{ id: string; report: DeliveryReport }>(
    `delete from unmatched_reports u where u.id in (
       select k.id from unmatched_reports k
       where k.reported_at > $1::timestamptz
         and (exists (select 1 from deliveries d where d.id = k.delivery_id)
           or exists (select 1 from deliveries d where d.provider_id = k.provider_id)
           or exists (select 1 from deliveries d where d.message_id_header = k.message_id_header))
       limit 200 for update skip locked)
     returning u.id, u.report`,
    [new Date(now.getTime() - RACE_MS)],
  );
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1)).map((row) => row.report);
}
