import { Inject, Injectable } from '@nestjs/common';
import type { AuditView, Page } from '#contracts';
import { encodeCursor } from '#platform';
import { GatewayContext } from '../gateway.context.js';
import { type AuditQuery, listAudit } from './audit.store.js';

/** Who did what with rights that not everybody has. */
@Injectable()
export class AuditService {
  constructor(@Inject(GatewayContext) private readonly context: GatewayContext) {}

  async page(query: AuditQuery): Promise<Page<AuditView>> {
    const rows = await listAudit(this.context.db, { ...query, limit: query.limit + 1 });
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return { items, nextCursor: last && rows.length > query.limit ? encodeCursor([last.at, last.id]) : null };
  }
}
