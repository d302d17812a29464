import type { Migration } from '#database';
import { CreateSla1763900000000 } from './migrations/create-sla.1763900000000.js';
import { LeaveRoomForUpdates1766400000000 } from './migrations/leave-room-for-updates.1766400000000.js';

export * from './sla.context.js';
export * from './sla.module.js';
export const slaMigrations: Migration[] = [CreateSla1763900000000, LeaveRoomForUpdates1766400000000];
