import { Injectable } from '@nestjs/common';
import type { CustomerView, Page } from '#contracts';
import { type Tx, violatedConstraint } from '#database';
import { cleanText, conflict, invalid, isId, notFound, withoutOverrides } from '#kernel';
import { decodeCursor, encodeCursor, type Identity, readLimit, readText } from '#platform';
import { accessOf } from '../conversations/access.js';
import { InboxContext } from '../inbox.context.js';
import { searchBody, searchForm } from '../search/search.rules.js';
import { readAddress } from './address.rules.js';
import {
  endCustomerLink,
  insertCustomerLink,
  lockConversationsOf,
  moveConversationsOn,
  pointCustomersOn,
  rejoin,
  takeBack,
} from './customer-merge.store.js';
import {
  addSearchable,
  conversationIdsOf,
  type CustomerRow,
  findPoint,
  findSeenCustomer,
  insertPoint,
  listCustomers,
  lockCustomers,
  updateCustomer,
} from './customer.store.js';
import { customerView } from './customer.view.js';
import type { AddAddressDto, ChangeCustomerDto } from './customers.dto.js';

/** The people behind the addresses. Merges are links that can end; ids resolve for ever (domain.md 3.5). */
@Injectable()
export class CustomersService {
  constructor(private readonly context: InboxContext) {}

  async list(actor: Identity, query: Record<string, unknown>): Promise<Page<CustomerView>> {
    const limit = readLimit(query['limit']);
    const typed = readText(query, 'q')?.trim().slice(0, 200).toWellFormed();
    const cursor = decodeCursor(query['cursor'], 1);
    const beforeId = cursor ? (isId(cursor[0]) ? cursor[0] : this.refuseCursor()) : null;
    const q = typed ? searchForm(typed).trim() : null;
    const rows = await listCustomers(this.context.db, accessOf(actor), { q, beforeId, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map(customerView), nextCursor: rows.length > limit && last ? encodeCursor([last.id]) : null };
  }

  async get(actor: Identity, id: string): Promise<CustomerView> {
    return customerView(await this.seen(actor, id));
  }

  async change(actor: Identity, id: string, body: ChangeCustomerDto): Promise<CustomerView> {
    const before = await this.seen(actor, id);
    const patch = { ...body };
    if (patch.displayName) patch.displayName = withoutOverrides(cleanText(patch.displayName));
    if (patch.notes) patch.notes = cleanText(patch.notes);
    await this.context.db.transaction(async (tx) => {
      await updateCustomer(tx, before.id, patch);
      if (patch.displayName) await addSearchable(tx, before.id, searchBody(patch.displayName));
      await this.tellChanged(tx, before.id, patch.displayName ?? before.displayName);
    });
    return this.get(actor, id);
  }

  /** @throws DomainError address_taken, invalid_address, customer_merged */
  async addAddress(actor: Identity, id: string, body: AddAddressDto): Promise<CustomerView> {
    const customer = await this.seen(actor, id);
    refuseMerged(customer);
    const point = readAddress(body.kind, body.address);
    try {
      await this.context.db.transaction(async (tx) => {
        await lockCustomers(tx, [customer.id]);
        const known = await findPoint(tx, point);
        if (known?.livingId === customer.id) return;
        if (known) await this.refuseTaken(actor, known.livingId, point.display);
        await insertPoint(tx, { ...point, customerId: customer.id }, this.context.now());
        await addSearchable(tx, customer.id, searchBody(point.address));
        await this.tellChanged(tx, customer.id, customer.displayName);
      });
    } catch (error) {
      if (violatedConstraint(error) !== 'contact_points_address') throw error;
      const winner = await findPoint(this.context.db, point); // somebody wrote from it just now
      await this.refuseTaken(actor, winner!.livingId, point.display);
    }
    return this.get(actor, id);
  }

  /** Answers the one that survives. @throws DomainError same_customer, customer_merged */
  async merge(actor: Identity, id: string, intoId: string): Promise<CustomerView> {
    const [from, into] = [await this.seen(actor, id), await this.seen(actor, intoId)];
    if (from.id === into.id)
      throw invalid('same_customer', 'A customer cannot be merged into themselves. Give another one as intoId.');
    await this.context.db.retrying(async (tx) => {
      const now = this.context.now();
      for (const locked of await lockCustomers(tx, [from.id, into.id])) refuseMerged(locked);
      await lockConversationsOf(tx, [from.id, into.id]);
      await insertCustomerLink(tx, { fromId: from.id, intoId: into.id, byId: actor.personId }, now);
      await pointCustomersOn(tx, from.id, into.id);
      const conversationIds = await moveConversationsOn(tx, from.id, into.id);
      const payload = { fromId: from.id, intoId: into.id, conversationIds, ...this.by(actor, now) };
      this.context.log.append(tx, [{ type: 'customer.merged', key: into.id, occurredAt: now, payload }]);
    });
    return this.get(actor, intoId);
  }

  /** Takes a merge back: each side has its own again. @throws DomainError not_merged */
  async unmerge(actor: Identity, id: string): Promise<CustomerView> {
    const customer = await this.seen(actor, id);
    await this.context.db.retrying(async (tx) => {
      const now = this.context.now();
      await lockCustomers(tx, [customer.id, customer.livingId]);
      await lockConversationsOf(tx, [customer.livingId]);
      const intoId = await endCustomerLink(tx, customer.id, now);
      if (intoId === null) {
        throw conflict('not_merged', 'This customer is not merged into another one, so there is nothing to take back.');
      }
      const conversationIds = await takeBack(tx, customer.id);
      await rejoin(tx, customer.id);
      const payload = { fromId: customer.id, intoId, conversationIds, ...this.by(actor, now) };
      this.context.log.append(tx, [{ type: 'customer.unmerged', key: customer.id, occurredAt: now, payload }]);
    });
    return customerView(await this.anyhow(customer.id));
  }

  private by(actor: Identity, now: Date) {
    return { by: { kind: 'person' as const, id: actor.personId }, at: now.toISOString() };
  }

  private async tellChanged(tx: Tx, customerId: string, displayName: string): Promise<void> {
    const now = this.context.now();
    const conversationIds = await conversationIdsOf(tx, customerId);
    const payload = { customerId, displayName, conversationIds, at: now.toISOString() };
    this.context.log.append(tx, [{ type: 'customer.changed', key: customerId, occurredAt: now, payload }]);
  }

  private async seen(actor: Identity, id: string): Promise<CustomerRow> {
    const row = isId(id) ? await findSeenCustomer(this.context.db, accessOf(actor), id) : null;
    if (!row) throw notFound('customer', id.slice(0, 64));
    return row;
  }

  /** Right after an un-merge the actor may see no conversation of theirs any more, but has just acted on them. */
  private async anyhow(id: string): Promise<CustomerRow> {
    const all = { everything: true, teamIds: [], personId: id };
    return (await findSeenCustomer(this.context.db, all, id))!;
  }

  /** Names the owner only to somebody who may see them (security.md D3). */
  private async refuseTaken(actor: Identity, customerId: string, address: string): Promise<never> {
    const owner = await findSeenCustomer(this.context.db, accessOf(actor), customerId);
    throw conflict(
      'address_taken',
      owner
        ? `${address} belongs to ${owner.displayName} (${owner.id}). If they are one person, merge the two customers.`
        : `${address} belongs to another customer, whom you may not see. Ask a manager to merge the two.`,
      owner ? { customerId: owner.id } : {},
    );
  }

  private refuseCursor(): never {
    throw invalid('invalid_cursor', 'The cursor is not one of ours. Use nextCursor of the page before, unchanged.');
  }
}

function refuseMerged(customer: { id: string; livingId: string }): void {
  if (customer.livingId === customer.id) return;
  throw conflict(
    'customer_merged',
    `Customer ${customer.id} was merged into ${customer.livingId}. Work with that one, or take the merge back first.`,
    { intoId: customer.livingId },
  );
}
