import { Database, prepareSchema, runAsOwner } from '#database';
import { FakeClock } from '#kernel';
import { testInstallation } from '#testing';
import type { Envelope } from '#contracts';
import type { EventLog, NewEvent } from '../event-log.js';
import { LOG_SCHEMA, logGrants } from '../schema.js';
import { MEMBER_TABLES, type Transport, transportLog } from './transport.js';

/** One member of the group `inbox` on the installation's database, as a process of its own would be. */
export interface Member {
  db: Database;
  log: EventLog;
  /** What the log reported, newest last. */
  errors: unknown[];
  close(): Promise<void>;
}

/** An installation with a transport under it, for one test. */
export interface Ground {
  url: string;
  transport: Transport;
  clock: FakeClock;
  open(over?: Partial<Transport>): Promise<Member>;
  /** One statement as the login itself. */
  asOwner(statement: string): Promise<void>;
  /** Cuts every connection to the database; answers how many there were. */
  cut(): Promise<number>;
  close(): Promise<void>;
}

export async function ground(transport: Transport): Promise<Ground> {
  const clock = new FakeClock();
  const installation = await testInstallation(clock);
  const { url } = installation;
  const { role } = await prepareSchema(url, 'inbox');
  await runAsOwner(url, [...LOG_SCHEMA, ...(role ? logGrants(role) : []), ...MEMBER_TABLES(role)]);
  const members: Member[] = [];
  return {
    url,
    transport,
    clock,
    async open(over = {}) {
      const db = new Database({ url, schema: 'inbox', role: role ?? undefined, poolSize: 12 });
      await db.start();
      const errors: unknown[] = [];
      const log = transportLog({ ...transport, ...over }, { db, clock, onError: (error) => errors.push(error) });
      await log.start();
      let open = true;
      const member: Member = {
        db,
        log,
        errors,
        async close() {
          if (!open) return;
          open = false;
          await log.stop();
          await db.stop();
        },
      };
      members.push(member);
      return member;
    },
    asOwner: (statement) => runAsOwner(url, [statement]),
    async cut() {
      const admin = new Database({ url, schema: 'public', poolSize: 1 }); // as the login: roles may not end each other
      await admin.start();
      const rows = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
      );
      await admin.stop();
      return rows.length;
    },
    async close() {
      for (const member of members) await member.close();
      await installation.close();
    },
  };
}

/** The nth event of a key; `name` is what a handler may look at. */
export function changed(key: string, seq: number, name = 'sound'): NewEvent<'customer.changed'> {
  return {
    type: 'customer.changed',
    key,
    seq,
    occurredAt: new Date('2026-11-20T09:00:00Z'),
    payload: { customerId: key, displayName: name, conversationIds: [], at: '2026-11-20T09:00:00.000Z' },
  };
}

/** Order inside a key as handled: every key's numbers must be 1, 2, 3 … */
export async function effectsByKey(db: Database): Promise<Record<string, number[]>> {
  const rows = await db.query<{ key: string; seqs: number[] }>(
    'select key, array_agg(seq order by id) as seqs from effects group by key order by key',
  );
  return Object.fromEntries(rows.map((row) => [row.key, row.seqs]));
}

export async function countEffects(db: Database): Promise<number> {
  const [row] = await db.query<{ n: number }>('select count(*)::int as n from effects');
  return row!.n;
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

export const nameOf = (event: Envelope): string => (event as Envelope<'customer.changed'>).payload.displayName;

/** Appends `count` events of each key, in transactions of `size`. */
export async function appendMany(member: Member, keys: string[], count: number, size = 500): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => keys.map((key) => changed(key, index + 1))).flat();
  for (let at = 0; at < events.length; at += size) {
    await member.db.transaction(async (tx) => member.log.append(tx, events.slice(at, at + size)));
  }
}
