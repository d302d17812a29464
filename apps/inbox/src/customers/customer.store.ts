import type { Queryable, Tx } from '#database';
import { newId } from '#kernel';
import { likePattern } from '../conversations/conversation-list.store.js';
import { type Access, visible } from '../conversations/conversation.store.js';

export interface CustomerRow {
  id: string;
  livingId: string;
  displayName: string;
  named: boolean;
  language: string | null;
  timeZone: string | null;
  notes: string;
  tags: string[];
  createdAt: Date;
  addresses: {
    id: string;
    kind: string;
    channelId: string | null;
    address: string;
    verified: boolean;
    shared: boolean;
    claimed: { email?: string; name?: string } | null;
  }[];
  mergedIds: string[];
}

const COLUMNS = `
  k.id, k.living_id as "livingId", k.display_name as "displayName", k.named, k.language, k.time_zone as "timeZone",
  k.notes, k.tags, k.created_at as "createdAt",
  (select coalesce(json_agg(json_build_object('id', p.id, 'kind', p.kind, 'channelId', nullif(p.scope, ''),
            'address', p.display, 'verified', p.verified, 'shared', p.shared, 'claimed', p.claimed) order by p.id), '[]')
   from contact_points p
   where p.customer_id = k.id or p.customer_id in (select m.id from customers m where m.living_id = k.id and m.id <> k.id)
  ) as addresses,
  array(select m.id from customers m where m.living_id = k.id and m.id <> k.id order by m.id) as "mergedIds"`;

/** Seen is a customer one of whose conversations is seen; who sees everything sees those without one too. */
const SEEN = `($1::boolean or exists (
  select 1 from conversations c where c.customer_id = k.living_id and ${visible(1)}))`;

export async function findSeenCustomer(db: Queryable, access: Access, id: string): Promise<CustomerRow | null> {
  const [row] = await db.query<CustomerRow>(
    `select ${COLUMNS} from customers k where k.id = $4 and ${SEEN} and $2::uuid[] is not null and $3::uuid is not null`,
    [access.everything, access.teamIds, access.personId, id],
  );
  return row ?? null;
}

/** Living customers, newest first. @param q in search form */
export async function listCustomers(
  db: Queryable,
  access: Access,
  { q, beforeId, limit }: { q: string | null; beforeId: string | null; limit: number },
): Promise<CustomerRow[]> {
  return db.query<CustomerRow>(
    `select ${COLUMNS} from customers k
     where k.living_id = k.id and ${SEEN} and $2::uuid[] is not null and $3::uuid is not null
       and ($4::text is null or k.id = any(array(
         select o.living_id from customer_search f join customers o on o.id = f.customer_id where f.body like $4)))
       and ($5::uuid is null or k.id < $5)
     order by k.id desc limit $6`,
    [access.everything, access.teamIds, access.personId, q === null ? null : likePattern(q), beforeId, limit],
  );
}

/** Locked in id order, against each other and against arrivals of their messages. */
export async function lockCustomers(
  tx: Tx,
  ids: string[],
): Promise<{ id: string; livingId: string; displayName: string }[]> {
  return tx.query(
    `select id, living_id as "livingId", display_name as "displayName" from customers
     where id = any($1::uuid[]) order by id for update`,
    [ids],
  );
}

export interface CustomerPatch {
  displayName?: string;
  language?: string | null;
  timeZone?: string | null;
  notes?: string;
  tags?: string[];
}

export async function updateCustomer(tx: Tx, id: string, patch: CustomerPatch): Promise<void> {
  const given = (name: keyof CustomerPatch) => patch[name] !== undefined;
  await tx.query(
    `update customers set
       display_name = case when $2 then $3 else display_name end, named = named or $2,
       language = case when $4 then $5 else language end, time_zone = case when $6 then $7 else time_zone end,
       notes = coalesce($8, notes), tags = coalesce($9::text[], tags)
     where id = $1`,
    [
      id,
      given('displayName'),
      patch.displayName ?? null,
      given('language'),
      patch.language ?? null,
      given('timeZone'),
      patch.timeZone ?? null,
      patch.notes ?? null,
      patch.tags ?? null,
    ],
  );
}

/** @param body in search form; added to what is there */
export async function addSearchable(tx: Tx, customerId: string, body: string): Promise<void> {
  await tx.query(
    `insert into customer_search as s (customer_id, body) values ($1, $2)
     on conflict (customer_id) do update set body = excluded.body || ' ' || s.body`,
    [customerId, body],
  );
}

export async function conversationIdsOf(tx: Queryable, customerId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>('select id from conversations where customer_id = $1 order by id', [
    customerId,
  ]);
  return rows.map((row) => row.id);
}

export async function findPoint(
  db: Queryable,
  { kind, scope, address }: { kind: string; scope: string; address: string },
): Promise<{ livingId: string } | null> {
  const [row] = await db.query<{ livingId: string }>(
    `select c.living_id as "livingId" from contact_points p join customers c on c.id = p.customer_id
     where p.kind = $1 and p.scope = $2 and p.address = $3`,
    [kind, scope, address],
  );
  return row ?? null;
}

export async function insertPoint(
  tx: Tx,
  point: { customerId: string; kind: string; scope: string; address: string; display: string },
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into contact_points (id, customer_id, kind, scope, address, display, verified, created_at)
     values ($1, $2, $3, $4, $5, $6, false, $7)`,
    [newId(), point.customerId, point.kind, point.scope, point.address, point.display, now],
  );
}
