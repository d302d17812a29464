import type { Database, Tx } from '#database';
import { CARRIED } from './outbox.store.js';

/**
 * Hands the backlog of the Postgres log over to Kafka: whatever some group has not handled, from the lowest such position
 * of each topic, in order, goes into the outbox. What a group had handled of it is noted in `handled`, so that the group
 * skips it there. All groups then stand at the end of the old log: a second call finds nothing, and a member that still
 * runs on the old log finds nothing to handle twice. Answers how many events were carried.
 */
export async function carryBacklog(db: Database): Promise<number> {
  const [behind] = await db.query<{ any: boolean }>(
    `select exists (
       select 1 from log.topics t where t.last_position > t.carried_position and (
         not exists (select 1 from log.consumed c where c.topic = t.topic)
         or exists (select 1 from log.consumed c where c.topic = t.topic and c.next_position <= t.last_position))
     ) as any`,
  );
  return behind!.any ? db.retrying(carry) : 0;
}

async function carry(tx: Tx): Promise<number> {
  // first the groups, then the topics: the order in which a handler locks them
  await tx.query(
    `select set_config('statement_timeout', '0', true), count(*) from
       (select 1 from log.consumed order by consumer, topic, partition for update) as locked`,
  );
  await tx.query(`select count(*) from (select 1 from log.topics order by topic for update) as locked`);
  const [row] = await tx.query<{ events: number }>(
    `with span as (
       select t.topic, t.last_position as last, greatest(t.carried_position + 1,
                coalesce((select min(c.next_position) from log.consumed c where c.topic = t.topic), 1)) as first
       from log.topics t
     ),
     moved as (
       insert into log.outbox (app, lane, topic, key, envelope)
       select $1, hashtext(e.key) & 7, e.topic, e.key, e.envelope
       from span s join log.events e on e.topic = s.topic and e.position between s.first and s.last
       order by e.topic, e.position
       returning 1
     ),
     noted as (
       insert into log.handled (consumer, event_id)
       select c.consumer, e.event_id
       from span s join log.events e on e.topic = s.topic and e.position between s.first and s.last
       join log.consumed c on c.topic = e.topic and c.next_position > e.position
       on conflict do nothing
     ),
     ended as (
       update log.consumed c set next_position = s.last + 1 from span s
       where s.topic = c.topic and c.next_position <= s.last
     ),
     marked as (update log.topics set carried_position = last_position where carried_position < last_position)
     select count(*)::float8 as events from moved`,
    [CARRIED],
  );
  return row!.events;
}
