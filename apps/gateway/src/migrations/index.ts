import type { Migration } from '#database';
import { ingressMigrations } from '../ingress/migrations/index.js';
import { People1000000000001 } from './1000000000001-people.js';
import { Channels1000000000002 } from './1000000000002-channels.js';
import { Changes1000000000003 } from './1000000000003-changes.js';
import { AuditIndexes1000000000013 } from './1000000000013-audit-indexes.js';

/** TypeORM runs them in the order of the numbers in their names. */
export const gatewayMigrations: Migration[] = [
  People1000000000001,
  Channels1000000000002,
  Changes1000000000003,
  ...ingressMigrations,
  AuditIndexes1000000000013,
];
