import { Injectable } from '@nestjs/common';
import type { OutboundDeliveryView, Page } from '#contracts';
import { notFound } from '#kernel';
import { encodeCursor, type Identity } from '#platform';
import { NotifierContext } from '../notifier.context.js';
import { type DeliveryFilter, listDeliveries, type Position } from './delivery-list.store.js';

export type { Position };

/** What the operations page and the thread show of replies on their way out. */
@Injectable()
export class DeliveryListService {
  constructor(private readonly context: NotifierContext) {}

  async page(
    identity: Identity,
    filter: DeliveryFilter,
    page: { after: Position | null; limit: number },
  ): Promise<Page<OutboundDeliveryView>> {
    const rows = await listDeliveries(this.context.db, identity, filter, page);
    const more = rows.length > page.limit;
    const shown = more ? rows.slice(0, page.limit) : rows;
    const last = shown.at(-1);
    return { items: shown.map(withoutPosition), nextCursor: more && last ? encodeCursor([last.at, last.id]) : null };
  }

  async one(identity: Identity, id: string): Promise<OutboundDeliveryView> {
    const [row] = await listDeliveries(this.context.db, identity, { id }, { after: null, limit: 1 });
    if (!row) throw notFound('delivery', id);
    return withoutPosition(row);
  }
}

function withoutPosition({ at: _at, ...view }: OutboundDeliveryView & { at: string }): OutboundDeliveryView {
  return view;
}
