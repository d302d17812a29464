/**
 * Tables of the log, in the schema `log`, shared by the apps of one database; made by the login, used by the apps' roles.
 * `topics.last_position` is the writer's lock: positions are given out under its row lock, so they commit in order and a
 * reader may use one as a high-water mark. `offsets`, `handled` and `outbox` are written by the Kafka transport only.
 */
export const LOG_SCHEMA = [
  `create table if not exists log.topics (
     topic text primary key,
     last_position bigint not null default 0,
     -- up to here everything has been handed to Kafka
     carried_position bigint not null default 0
   )`,
  `create table if not exists log.events (
     topic text not null,
     position bigint not null,
     event_id uuid not null,
     type text not null,
     key text not null,
     envelope text not null,
     appended_at timestamptz not null default clock_timestamp(),
     primary key (topic, position)
   ) with (autovacuum_vacuum_scale_factor = 0.05)`,
  `create table if not exists log.consumed (
     consumer text not null,
     topic text not null,
     partition int not null default 0,
     next_position bigint not null,
     updated_at timestamptz not null default clock_timestamp(),
     primary key (consumer, topic, partition)
   ) with (fillfactor = 50)`,
  // Kafka's positions: another cluster counts anew
  `create table if not exists log.offsets (
     consumer text not null,
     cluster text not null,
     topic text not null,
     partition int not null,
     next_offset bigint not null,
     updated_at timestamptz not null default clock_timestamp(),
     primary key (consumer, cluster, topic, partition)
   ) with (fillfactor = 50)`,
  `create table if not exists log.handled (
     consumer text not null,
     event_id uuid not null,
     handled_at timestamptz not null default clock_timestamp(),
     primary key (consumer, event_id)
   )`,
  `create index if not exists handled_by_time on log.handled using brin (handled_at)`,
  `create table if not exists log.outbox (
     id bigint generated always as identity (cache 1) primary key,
     app text not null,
     lane smallint not null,
     topic text not null,
     key text not null,
     envelope text not null
   ) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500)`,
  `create index if not exists outbox_by_lane on log.outbox (app, lane, id)`,
  `create table if not exists log.parked (
     id uuid primary key,
     consumer text not null,
     topic text not null,
     key text not null,
     event_id uuid,
     type text not null,
     envelope text not null,
     -- null: it is sound, but an earlier event of its key is parked
     error text,
     attempts int not null default 1,
     first_seen_at timestamptz not null,
     last_seen_at timestamptz not null
   )`,
  `create index if not exists parked_by_key on log.parked (consumer, topic, key, id)`,
];

export const logGrants = (role: string): string[] => [
  `grant select, insert, update, delete on all tables in schema log to ${role}`,
  `grant usage on all sequences in schema log to ${role}`,
];
