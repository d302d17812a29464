import type { Queryable, Tx } from '#database';
import { NOTICE_GIVE_UP_MS, NOTICE_LEASE_MS, QUIET_MS } from './notice.rules.js';

/** An alert that goes to one person or program by itself: email, sms or webhook. */
export interface Notice {
  id: string;
  kind: 'email' | 'sms' | 'webhook';
  target: string;
  destinationId: string | null;
  channelId: string | null;
  language: string | null;
  timeZone: string | null;
  attempts: number;
  createdAt: Date;
}

/** Everything due for some recipients who were left in peace for a while; locked, in the order in which it came. */
export async function lockDueNotices(tx: Tx, now: Date, recipients: number): Promise<Notice[]> {
  return tx.query<Notice>(
    `with due as (
       select a.kind, a.target from alerts a
       where a.state = 'queued' and a.next_at <= $1::timestamptz and a.kind in ('email', 'sms', 'webhook')
         and not exists (
           select 1 from alerts x where x.kind = a.kind and x.target = a.target
             and (x.state = 'sending' or (x.state = 'sent' and x.updated_at > $2::timestamptz)))
       group by a.kind, a.target order by min(a.next_at) limit $3
     )
     select a.id, a.kind, a.target, a.destination_id as "destinationId", a.channel_id as "channelId", a.language,
            a.time_zone as "timeZone", a.attempts, a.created_at as "createdAt"
     from alerts a join due using (kind, target)
     where a.state = 'queued' and a.next_at <= $1::timestamptz
     order by a.id for update of a skip locked`,
    [now, new Date(now.getTime() - QUIET_MS), recipients],
  );
}

export async function beginNotices(tx: Tx, ids: string[], worker: string, now: Date): Promise<void> {
  await tx.query(
    `update alerts set state = 'sending', worker = $2, lease_until = $3::timestamptz, attempts = attempts + 1,
       next_at = null, updated_at = $4::timestamptz
     where id = any($1::uuid[])`,
    [ids, worker, new Date(now.getTime() + NOTICE_LEASE_MS), now],
  );
}

export interface NoticeEnd {
  state: 'sent' | 'queued' | 'failed';
  reason: string | null;
  nextAt: Date | null;
}

/** Those that ended meanwhile are not tried again. */
export async function endNotices(
  tx: Tx,
  held: { ids: string[]; worker: string },
  end: NoticeEnd,
  now: Date,
): Promise<void> {
  await tx.query(
    `update alerts set state = case when $3 = 'queued' and ended is not null then 'skipped' else $3 end, reason = $4,
       next_at = case when ended is null then $5::timestamptz end, worker = null, lease_until = null,
       updated_at = $6::timestamptz
     where id = any($1::uuid[]) and worker = $2 and state = 'sending'`,
    [held.ids, held.worker, end.state, end.reason, end.nextAt, now],
  );
}

/** Messages to staff may be repeated when in doubt: a second mail is better than none (domain.md 2.9). */
export async function requeueAbandoned(tx: Tx, now: Date, dead: string[]): Promise<number> {
  const rows = await tx.query(
    `update alerts set state = 'queued', next_at = $1::timestamptz, worker = null, lease_until = null,
       updated_at = $1::timestamptz
     where state = 'sending' and worker is not null and (lease_until <= $1::timestamptz or worker = any($2::text[]))
     returning id`,
    [now, dead],
  );
  return rows.length;
}

export async function noticeHolders(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ worker: string }>(
    `select distinct worker from alerts where state = 'sending' and worker is not null`,
  );
  return rows.map((row) => row.worker);
}

export async function nextNoticeAt(db: Queryable, now: Date): Promise<Date | null> {
  const [row] = await db.query<{ at: Date | null }>(
    `select min(next_at) as at from alerts where state = 'queued' and next_at > $1::timestamptz`,
    [now],
  );
  return row?.at ?? null;
}

export function tooOld(notice: Notice, now: Date): boolean {
  return now.getTime() - notice.createdAt.getTime() > NOTICE_GIVE_UP_MS;
}
