import type { Migration } from '#database';
import { AddTrigramSearch1795392000001 } from './add-trigram-search.migration.js';
import { CreateInbox1795392000000 } from './create-inbox.migration.js';

export const inboxMigrations: Migration[] = [CreateInbox1795392000000, AddTrigramSearch1795392000001];
