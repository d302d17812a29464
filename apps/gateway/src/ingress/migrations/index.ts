import type { Migration } from '#database';
import { Receipts1000000000011 } from './1000000000011-receipts.js';
import { Chat1000000000012 } from './1000000000012-chat.js';

export const ingressMigrations: Migration[] = [Receipts1000000000011, Chat1000000000012];
