import type { CustomerView } from '#contracts';
import type { CustomerRow } from './customer.store.js';

export function customerView(row: CustomerRow): CustomerView {
  return {
    id: row.id,
    displayName: row.displayName,
    addresses: row.addresses,
    language: row.language,
    timeZone: row.timeZone,
    notes: row.notes,
    tags: row.tags,
    createdAt: row.createdAt.toISOString(),
    mergedIntoId: row.livingId === row.id ? null : row.livingId,
    mergedIds: row.mergedIds,
  };
}
